// RLIMIT_SIGPENDING: how many signals may be queued for all processes of a user.
#include <sys/resource.h>
#include <time.h>
#include "signals.h"
static int waiting(void) {
  siginfo_t info;
  sigset_t all;
  sigfillset(&all);
  int count = 0;
  while (sigtimedwait(&all, &info, &(struct timespec){0}) > 0) ++count;
  return count;
}
static void limit(rlim_t count) { setrlimit(RLIMIT_SIGPENDING, &(struct rlimit){count, 100}); }
static void show_queued(void) {
  char line[128];
  FILE* status = fopen("/proc/self/status", "r");
  while (fgets(line, sizeof line, status))
    if (!strncmp(line, "SigQ", 4)) printf("%s", line);
  fclose(status);
}
static void user(void) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, 0);
  limit(3);
  SHOW(sigqueue(getpid(), 40, (union sigval){1}));
  show_queued();
  pid_t child = fork();
  if (child == 0) {
    // One's own queue is empty, but the user's other process has something in its.
    SHOW(sigqueue(getpid(), 40, (union sigval){1}));
    SHOW(sigqueue(getpid(), 41, (union sigval){1}));
    SHOW(sigqueue(getpid(), 41, (union sigval){1}));
    SHOW(kill(getpid(), 42));
    SHOW(kill(getpid(), 42));
    SHOW(kill(getpid(), SIGUSR1));
    SHOW(sigqueue(getpid(), SIGUSR2, (union sigval){1}));
    SHOW(syscall(SYS_tkill, gettid(), 43));
    timer_t timer;
    SHOW(timer_create(CLOCK_MONOTONIC, 0, &timer));
    printf("%d were pending\n", waiting());
    SHOW(timer_create(CLOCK_MONOTONIC, 0, &timer));
    SHOW(timer_create(CLOCK_MONOTONIC, 0, &timer));
    SHOW(timer_create(CLOCK_MONOTONIC, 0, &timer));
    SHOW(sigqueue(getpid(), 40, (union sigval){1}));
    SHOW(timer_delete(timer));
    SHOW(sigqueue(getpid(), 40, (union sigval){1}));
    _exit(0);
  }
  wait_for("child", child);
  limit(0);
  SHOW(sigqueue(getpid(), 40, (union sigval){1}));
  printf("%d were pending\n", waiting());
}
int main(void) { as_own_user(user); }
