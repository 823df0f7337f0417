// ^Z stops the foreground group, as a shell sees it; an orphaned group is not stopped.
#define _GNU_SOURCE
#include "pty.h"
static int leader(void) {
  setsid();
  ioctl(slave, TIOCSCTTY, 0);
  int foreground[2];
  pipe(foreground);
  pid_t pid = fork();
  if (pid == 0) {
    char bytes[20];
    read(foreground[0], bytes, 1);
    show("read across a stop", bytes, read(slave, bytes, sizeof bytes));
    _exit(5);
  }
  setpgid(pid, pid);
  tcsetpgrp(slave, pid);
  write(foreground[1], "", 1);
  type("\032");
  int status;
  siginfo_t info;
  memset(&info, 0, sizeof info);
  waitid(P_PID, (id_t)pid, &info, WSTOPPED | WEXITED | WNOWAIT);
  printf("code %d status %d\n", info.si_code == CLD_STOPPED, info.si_status == SIGTSTP);
  waitpid(pid, &status, WUNTRACED);
  printf("stopped %d %d\n", WIFSTOPPED(status), WSTOPSIG(status) == SIGTSTP);
  kill(-pid, SIGCONT);
  printf("continued %d\n", waitpid(pid, &status, WCONTINUED) == pid && WIFCONTINUED(status));
  type("go on\n");
  waitpid(pid, &status, 0);
  printf("exit %d\n", WEXITSTATUS(status));
  signal(SIGTTOU, SIG_IGN);
  tcsetpgrp(slave, getpgrp());
  // Its own group is an orphan.
  type("\032");
  usleep(50000);
  printf("still running\n");
  return 0;
}
int main(void) {
  open_pty();
  pid_t pid = fork();
  if (pid == 0) _exit(leader());
  int status;
  waitpid(pid, &status, 0);
  printf("leader %d\n", status);
  return 0;
}
