// A process's directory in /proc stands for it as a pidfd does, but only for signals.
#include <sys/wait.h>
#include "results.h"
static long send_signal(int fd, int signal) {
  return syscall(SYS_pidfd_send_signal, fd, signal, NULL, 0);
}
int main(void) {
  char path[64];
  pid_t child = fork();
  if (child == 0)
    for (;;) pause();
  snprintf(path, sizeof path, "/proc/%d", child);
  const int directory = open(path, O_RDONLY | O_DIRECTORY);
  const int all = open("/proc", O_RDONLY | O_DIRECTORY), other = open("/", O_RDONLY | O_DIRECTORY);
  SHOW(send_signal(directory, 0));
  SHOW(send_signal(all, 0));
  SHOW(send_signal(other, 0));
  snprintf(path, sizeof path, "/proc/%d/fd", child);
  SHOW(send_signal(open(path, O_RDONLY | O_DIRECTORY), 0));
  siginfo_t info;
  SHOW(waitid(P_PIDFD, directory, &info, WEXITED | WNOHANG));
  SHOW(send_signal(directory, SIGTERM));
  wait_for("child", child);
  SHOW(send_signal(directory, SIGTERM));
  return 0;
}
