// wait4: whom it waits for, its options and errors.
#include <sys/resource.h>
#include "results.h"
static pid_t leave(int status, pid_t group) {
  pid_t child = fork();
  if (child == 0) {
    setpgid(0, group);
    _exit(status);
  }
  setpgid(child, group);
  return child;
}
int main(void) {
  int status;
  struct rusage usage;
  SHOW(wait4(-1, &status, 0, NULL));
  SHOW(wait4(-1, &status, WNOHANG, NULL));
  SHOW(wait4(getpid(), &status, 0, NULL));
  SHOW(wait4(1, &status, 0, NULL));
  SHOW(wait4(-1, &status, 0x100, NULL));
  SHOW(wait4(-1, &status, WEXITED, NULL));
  SHOW(wait4(INT_MIN, &status, 0, NULL));
  pid_t sleeper = fork();
  if (sleeper == 0) pause();
  SHOW(wait4(-1, &status, WNOHANG, NULL));
  SHOW(wait4(sleeper, &status, WNOHANG, NULL));
  pid_t a = leave(1, 0), b = leave(2, a), c = leave(3, 0);
  SHOW(wait4(-c, &status, 0, NULL) == c);
  show_status("c", status);
  SHOW(wait4(-c, &status, 0, NULL));
  SHOW(wait4(b, &status, 0, NULL) == b);
  SHOW(wait4(-a, &status, 0, NULL) == a);
  SHOW(wait4(-a, &status, WNOHANG, NULL));
  kill(sleeper, SIGKILL);
  SHOW(wait4(0, &status, 0, &usage) == sleeper);
  show_status("sleeper", status);
  SHOW(usage.ru_utime.tv_sec);
  pid_t d = leave(4, 0);
  siginfo_t info;
  waitid(P_PID, d, &info, WEXITED | WNOWAIT);
  SHOW(syscall(SYS_wait4, d, BAD_POINTER, 0, NULL));
  SHOW(wait4(d, &status, 0, NULL));  // It was waited for nevertheless.
  pid_t e = leave(5, 0);
  SHOW(wait4(e, NULL, __WALL, NULL) == e);
  pid_t f = leave(6, 0);
  SHOW(wait4(f, NULL, __WCLONE, NULL));
  SHOW(wait4(f, NULL, 0, NULL) == f);
  return 0;
}
