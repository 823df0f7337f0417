// SIGCHLD: what it says of a child that ends, stops or goes on, and children that nobody wants to
// wait for.
#include "signals.h"
static volatile int count;
static void show(int number, siginfo_t* info, void* context) {
  printf("%s status %d\n", code_name(info->si_code), info->si_status);
  ++count;
}
static void wait_for_signal(void) {
  sigset_t none = set_of(0, 0);
  for (int before = count; count == before;) sigsuspend(&none);
}
int main(void) {
  block(SIGCHLD);
  on(SIGCHLD, 0, show);
  if (fork() == 0) _exit(300);
  wait_for_signal();
  wait(NULL);
  pid_t child = fork();
  if (child == 0)
    for (;;) pause();
  kill(child, SIGSTOP);
  wait_for_signal();
  kill(child, SIGCONT);
  wait_for_signal();
  kill(child, SIGTERM);
  wait_for_signal();
  SHOW(wait(NULL) == child);
  on(SIGCHLD, SA_NOCLDSTOP, show);
  child = fork();
  if (child == 0)
    for (;;) pause();
  kill(child, SIGSTOP);
  waitpid(child, NULL, WUNTRACED);
  sigset_t pending;
  sigpending(&pending);
  SHOW(sigismember(&pending, SIGCHLD));
  kill(child, SIGKILL);
  wait_for_signal();
  wait(NULL);
  on(SIGCHLD, SA_NOCLDWAIT, show);
  if (fork() == 0) _exit(5);
  wait_for_signal();
  SHOW(wait(NULL));
  signal(SIGCHLD, SIG_IGN);
  for (int i = 0; i < 3; ++i) {
    if (fork() == 0) _exit(i);
  }
  SHOW(wait(NULL));  // Returns only when the last one is gone.
  sigpending(&pending);
  SHOW(sigismember(&pending, SIGCHLD));
  return 0;
}
