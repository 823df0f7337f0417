// Stopping, continuing, groups, sessions, waitid.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
  pid_t child = fork();
  if (child == 0) {
    raise(SIGSTOP);
    _exit(9);
  }
  int status;
  setvbuf(stdout, 0, _IONBF, 0);
  printf("%d\n", waitpid(child, &status, WUNTRACED) == child);
  printf("stopped %d by %d\n", WIFSTOPPED(status), WSTOPSIG(status));
  kill(child, SIGCONT);
  waitpid(child, &status, WCONTINUED);
  printf("continued %d\n", WIFCONTINUED(status) || WIFEXITED(status));
  if (!WIFEXITED(status)) waitpid(child, &status, 0);
  printf("exit %d\n", WEXITSTATUS(status));
  child = fork();
  if (child == 0) {
    setsid();
    printf("own session %d group %d\n", getsid(0) == getpid(), getpgrp() == getpid());
    int again = setsid();
    printf("again %d %s\n", again, strerror(errno));
    fflush(stdout);
    _exit(0);
  }
  siginfo_t info;
  memset(&info, 0, sizeof info);
  printf("%d\n", waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT));
  printf("%d %d %d\n", info.si_code == CLD_EXITED, info.si_status, info.si_pid == child);
  printf("%d\n", waitpid(child, &status, 0) == child);
  child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  setpgid(child, child);
  printf("%d\n", getpgid(child) == child);
  kill(-child, SIGTERM);
  waitpid(-child, &status, 0);
  printf("signal %d\n", WTERMSIG(status));
  return 0;
}
