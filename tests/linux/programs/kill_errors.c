// kill, tkill, tgkill: whom one may reach, and numbers that are nobody.
#include "signals.h"
static pid_t parent, group_child;
static void user(void) {
  SHOW(kill(parent, 0));
  SHOW(kill(parent, SIGTERM));
  SHOW(kill(getpid(), 0));
  SHOW(kill(-getpgrp(), SIGCONT) == 0 || errno == EPERM);
  SHOW(syscall(SYS_tgkill, parent, parent, 0));
}
int main(void) {
  parent = getpid();
  SHOW(kill(parent, 0));
  SHOW(kill(parent, 65));
  SHOW(kill(parent, -1));
  SHOW(kill(0x3fffffff, 0));
  SHOW(kill(-0x3fffffff, 0));
  SHOW(kill(0x3fffffff, 99));
  SHOW(kill(INT_MIN, 0));
  SHOW(syscall(SYS_tkill, parent, 0));
  SHOW(syscall(SYS_tkill, 0, 0));
  SHOW(syscall(SYS_tkill, -1, 0));
  SHOW(syscall(SYS_tkill, parent, 65));
  SHOW(syscall(SYS_tkill, 0x3fffffff, 0));
  SHOW(syscall(SYS_tgkill, parent, parent, 0));
  SHOW(syscall(SYS_tgkill, 0, parent, 0));
  SHOW(syscall(SYS_tgkill, parent, 0, 0));
  SHOW(syscall(SYS_tgkill, 0x3fffffff, parent, 0));
  pid_t child = fork();
  if (child == 0) pause(), _exit(0);
  SHOW(syscall(SYS_tgkill, parent, child, 0));
  SHOW(syscall(SYS_tgkill, child, child, 0));
  as_user(1000, user);
  setpgid(child, child);
  SHOW(kill(-child, SIGTERM));
  siginfo_t info;
  waitid(P_PID, child, &info, WEXITED | WNOWAIT);
  SHOW(kill(child, 0));  // A zombie is still somebody,
  SHOW(kill(child, SIGTERM));
  wait_for("child", child);
  SHOW(kill(child, 0));  // until it has been waited for.
  SHOW(kill(-child, 0));
  return 0;
}
