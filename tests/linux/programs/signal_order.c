// Which pending signal comes first: the lowest number; real-time ones queue, each with its value.
#include "signals.h"
static void show(int number, siginfo_t* info, void* context) {
  printf("%d %s %d\n", number, code_name(info->si_code),
         info->si_code == SI_QUEUE ? info->si_value.sival_int : 0);
}
int main(void) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  for (int i = 1; i <= 64; ++i) {
    struct sigaction action = {.sa_sigaction = show, .sa_flags = SA_SIGINFO, .sa_mask = all};
    if (i != SIGKILL && i != SIGSTOP && (i < 32 || i > 34)) sigaction(i, &action, NULL);
  }
  for (int round = 0; round < 2; ++round) {
    sigqueue(getpid(), 50, (union sigval){round});
    sigqueue(getpid(), SIGUSR1, (union sigval){round + 10});
    sigqueue(getpid(), 40, (union sigval){round + 20});
    kill(getpid(), 50);
    kill(getpid(), SIGHUP);
    raise(SIGTERM);
    raise(SIGUSR1);
  }
  sigset_t left = all;
  sigdelset(&left, 50);
  puts("only 50");
  sigprocmask(SIG_SETMASK, &left, NULL);
  puts("all");
  sigemptyset(&left);
  sigprocmask(SIG_SETMASK, &left, NULL);
  // Handlers that do not block each other nest, so that the highest number runs to its end first.
  for (int i = 40; i < 43; ++i) on(i, 0, show);
  sigprocmask(SIG_SETMASK, &all, NULL);
  for (int i = 42; i >= 40; --i) raise(i), raise(i);
  puts("nesting");
  sigprocmask(SIG_SETMASK, &left, NULL);
  return 0;
}
