// waitid: what it fills in, waiting without taking, and its errors.
#include "results.h"
#define WAIT(type, id, info, options) syscall(SYS_waitid, type, id, info, options, NULL)
static void show_info(const siginfo_t* info, pid_t child) {
  printf("signal %s, code %d, status %d, %s\n", signal_name(info->si_signo), info->si_code,
         info->si_status,
         info->si_pid == child ? "child"
         : info->si_pid        ? "?"
                               : "nobody");
}
int main(void) {
  siginfo_t info;
  memset(&info, -1, sizeof info);
  SHOW(WAIT(P_ALL, 0, &info, WEXITED));
  show_info(&info, -2);
  memset(&info, -1, sizeof info);
  SHOW(WAIT(P_ALL, 0, &info, 0));
  show_info(&info, -2);
  SHOW(WAIT(P_ALL, 0, BAD_POINTER, WEXITED));
  SHOW(WAIT(P_ALL, 0, &info, 0));
  SHOW(WAIT(P_ALL, 0, &info, WNOHANG));
  SHOW(WAIT(9, 0, &info, WEXITED));
  SHOW(WAIT(P_PID, 0, &info, WEXITED));
  SHOW(WAIT(P_PID, -1, &info, WEXITED));
  SHOW(WAIT(P_PGID, -1, &info, WEXITED));
  SHOW(WAIT(P_ALL, 0, &info, WEXITED | 0x100));
  pid_t child = fork();
  if (child == 0)
    for (;;) pause();
  memset(&info, -1, sizeof info);
  SHOW(WAIT(P_PID, child, &info, WEXITED | WNOHANG));
  show_info(&info, child);
  SHOW(WAIT(P_PID, child, NULL, WEXITED | WNOHANG));
  kill(child, SIGSTOP);
  SHOW(WAIT(P_PID, child, &info, WSTOPPED | WNOWAIT));
  show_info(&info, child);
  SHOW(WAIT(P_PID, child, &info, WSTOPPED));
  SHOW(WAIT(P_PID, child, &info, WSTOPPED | WNOHANG));
  show_info(&info, child);
  kill(child, SIGCONT);
  SHOW(WAIT(P_ALL, 0, &info, WCONTINUED));
  show_info(&info, child);
  kill(child, SIGTERM);
  SHOW(WAIT(P_PGID, 0, &info, WEXITED | WNOWAIT));
  show_info(&info, child);
  SHOW(WAIT(P_PID, child, BAD_POINTER, WEXITED | WNOWAIT));
  SHOW(WAIT(P_PID, child, &info, WSTOPPED | WNOHANG));
  SHOW(WAIT(P_PID, child, NULL, WEXITED));
  SHOW(WAIT(P_PID, child, &info, WEXITED));
  child = fork();
  if (child == 0) _exit(0x1234);
  SHOW(WAIT(P_PGID, getpgrp(), &info, WEXITED));
  show_info(&info, child);
  return 0;
}
