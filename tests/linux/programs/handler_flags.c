// SA_NODEFER, SA_RESETHAND and sa_mask: what is blocked while a handler runs.
#include "signals.h"
static int depth;
static void nested(int number, siginfo_t* info, void* context) {
  int level = ++depth;
  printf("enter %d\n", level);
  if (level < 3) raise(number);
  printf("leave %d\n", level);
}
static void once(int number, siginfo_t* info, void* context) {
  struct sigaction now;
  sigaction(number, NULL, &now);
  printf("once, now default %d\n", now.sa_handler == SIG_DFL);
}
static void show_mask(int number, siginfo_t* info, void* context) {
  sigset_t mask;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  printf("%s: self %d, USR2 %d, TERM %d\n", signal_name(number), sigismember(&mask, number),
         sigismember(&mask, SIGUSR2), sigismember(&mask, SIGTERM));
}
static void dies(void) {
  on(SIGUSR1, SA_RESETHAND, once);
  raise(SIGUSR1);
  raise(SIGUSR1);
}
int main(void) {
  on(SIGUSR1, SA_NODEFER, nested);
  raise(SIGUSR1);
  depth = 0;
  on(SIGUSR1, 0, nested);
  raise(SIGUSR1);
  depth = 0;
  in_child("reset", dies);
  struct sigaction action = {
      .sa_sigaction = show_mask, .sa_flags = SA_SIGINFO, .sa_mask = set_of(SIGUSR2, 0)};
  sigaction(SIGHUP, &action, NULL);
  raise(SIGHUP);
  block(SIGTERM);
  raise(SIGHUP);
  action.sa_flags |= SA_NODEFER;
  sigaction(SIGHUP, &action, NULL);
  raise(SIGHUP);
  sigset_t mask;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  printf("after: HUP %d, USR2 %d, TERM %d\n", sigismember(&mask, SIGHUP),
         sigismember(&mask, SIGUSR2), sigismember(&mask, SIGTERM));
  return 0;
}
