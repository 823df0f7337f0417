// close and close_range.
#include "results.h"
#define OPEN(fd) (fcntl(fd, F_GETFD))
static void unshared(void) {
  SHOW(syscall(SYS_close_range, 5, ~0U, 2));  // CLOSE_RANGE_UNSHARE
  SHOW(OPEN(5));
}
int main(void) {
  for (int fd = 3; fd < 64; ++fd) close(fd);
  for (int fd = 3; fd < 20; ++fd) dup2(1, fd);
  SHOW(close(-1));
  SHOW(close(1000));
  SHOW(close(3));
  SHOW(close(3));
  SHOW(syscall(SYS_close_range, 4, 6, 0));
  SHOW(OPEN(4));
  SHOW(OPEN(6));
  SHOW(OPEN(7));
  SHOW(syscall(SYS_close_range, 4, 6, 0));
  SHOW(syscall(SYS_close_range, 6, 5, 0));
  SHOW(syscall(SYS_close_range, 6, 7, 0x100));
  SHOW(syscall(SYS_close_range, 8, 10, 4));  // CLOSE_RANGE_CLOEXEC
  SHOW(OPEN(8));
  SHOW(OPEN(10));
  SHOW(OPEN(11));
  SHOW(dup(1));
  in_child("unshared", unshared);
  SHOW(OPEN(12));
  SHOW(syscall(SYS_close_range, 12, ~0U, 0));
  SHOW(OPEN(12));
  SHOW(OPEN(11));
  return 0;
}
