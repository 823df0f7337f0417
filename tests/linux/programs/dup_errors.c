// dup, dup2, dup3 and F_DUPFD: numbers, limits, flags.
#include <sys/resource.h>
#include "results.h"
int main(void) {
  for (int fd = 3; fd < 64; ++fd) close(fd);
  SHOW(dup(1));
  SHOW(dup(-1));
  SHOW(dup2(1, 7));
  SHOW(dup2(7, 7));
  SHOW(dup2(8, 8));
  SHOW(dup2(8, 7));
  SHOW(fcntl(7, F_GETFD));
  SHOW(dup2(1, -1));
  SHOW(syscall(SYS_dup3, 1, 1, 0));
  SHOW(syscall(SYS_dup3, 99, 99, 0));
  SHOW(syscall(SYS_dup3, 1, 9, O_CLOEXEC));
  SHOW(fcntl(9, F_GETFD));
  SHOW(syscall(SYS_dup3, 1, 9, O_NONBLOCK));
  SHOW(fcntl(1, F_DUPFD, 20));
  SHOW(fcntl(1, F_DUPFD, 20));
  SHOW(fcntl(1, F_DUPFD_CLOEXEC, 20));
  SHOW(fcntl(22, F_GETFD));
  SHOW(fcntl(1, F_DUPFD, -1));
  SHOW(dup(1));
  setrlimit(RLIMIT_NOFILE, &(struct rlimit){6, 64});
  SHOW(dup(1));
  SHOW(dup(1));
  SHOW(dup2(1, 6));
  SHOW(dup2(1, 5));
  SHOW(fcntl(1, F_DUPFD, 5));
  SHOW(fcntl(1, F_DUPFD, 6));
  SHOW(fcntl(22, F_GETFD));
  SHOW(close(22));
  SHOW(close(22));
  return 0;
}
