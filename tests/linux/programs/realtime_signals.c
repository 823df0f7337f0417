// Queued signals with values, sigtimedwait, sigsuspend, sigwaitinfo.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
static volatile int order[8], values[8], count;
static void handler(int signal, siginfo_t* info, void* context) {
  (void)context;
  order[count] = signal - SIGRTMIN;
  values[count++] = info->si_value.sival_int;
}
int main(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigfillset(&action.sa_mask);
  for (int i = 0; i < 3; ++i) sigaction(SIGRTMIN + i, &action, 0);
  sigset_t all, old, one;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &old);
  for (int i = 0; i < 6; ++i)
    sigqueue(getpid(), SIGRTMIN + (5 - i) % 3, (union sigval){.sival_int = i});
  sigprocmask(SIG_SETMASK, &old, 0);
  for (int i = 0; i < count; ++i) printf("%d:%d ", order[i], values[i]);
  printf("\n");
  sigemptyset(&one);
  sigaddset(&one, SIGUSR1);
  sigprocmask(SIG_BLOCK, &one, 0);
  struct timespec little = {0, 10000000};
  int result = sigtimedwait(&one, 0, &little);
  printf("%d %s\n", result, strerror(errno));
  raise(SIGUSR1);
  siginfo_t info;
  result = sigtimedwait(&one, &info, &little);
  printf("%d %d\n", result, info.si_pid == getpid());
  struct sigaction usr = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &usr, 0);
  count = 0;
  raise(SIGUSR1);
  sigset_t none;
  sigemptyset(&none);
  result = sigsuspend(&none);
  printf("%d %s %d\n", result, strerror(errno), count);
  sigprocmask(SIG_BLOCK, 0, &old);
  printf("%d\n", sigismember(&old, SIGUSR1));
  return 0;
}
