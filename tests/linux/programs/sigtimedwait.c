// rt_sigtimedwait: takes what is pending, in order, without a handler; its time limits and errors.
#include "signals.h"
#define WAIT(set, info, ...) syscall(SYS_rt_sigtimedwait, set, info, __VA_ARGS__, 8L)
static void caught(int number, siginfo_t* info, void* context) {
  printf("handler %s\n", signal_name(number));
}
int main(void) {
  siginfo_t info;
  struct timespec none = {0, 0}, little = {0, 1000000};
  sigset_t set = set_of(SIGUSR1, SIGUSR2);
  sigaddset(&set, 40);
  on(SIGUSR1, 0, caught), on(SIGTERM, 0, caught);
  sigprocmask(SIG_BLOCK, &set, NULL);
  SHOW(WAIT(&set, &info, &none));
  SHOW(WAIT(&set, &info, &little));
  sigqueue(getpid(), 40, (union sigval){1}), raise(SIGUSR2), kill(getpid(), SIGUSR1);
  sigqueue(getpid(), 40, (union sigval){2});
  for (int i = 0; i < 4; ++i) {
    SHOW(WAIT(&set, &info, NULL));
    printf("%s %s %s\n", signal_name(info.si_signo), code_name(info.si_code),
           info.si_pid == getpid() ? "self" : "?");
  }
  SHOW(WAIT(&set, &info, &none));
  SHOW(WAIT(&set, NULL, &(struct timespec){0, -1}));
  SHOW(WAIT(&set, NULL, &(struct timespec){-1, 0}));
  SHOW(WAIT(&set, NULL, &(struct timespec){0, 1000000000}));
  SHOW(WAIT(BAD_POINTER, NULL, &none));
  SHOW(WAIT(&set, NULL, BAD_POINTER));
  SHOW(syscall(SYS_rt_sigtimedwait, &set, NULL, &none, 4));
  raise(SIGUSR1);
  SHOW(WAIT(&set, BAD_POINTER, &none));
  SHOW(WAIT(&set, NULL, &none));
  pid_t parent = getpid();
  if (fork() == 0) {
    kill(parent, SIGUSR2);
    _exit(0);
  }
  SHOW(WAIT(&set, &info, NULL));
  SHOW(info.si_pid != parent);
  sigset_t dead = set_of(SIGKILL, SIGSTOP);
  SHOW(WAIT(&dead, &info, &none));
  return 0;
}
