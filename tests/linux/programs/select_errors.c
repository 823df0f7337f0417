// select and pselect6: bad numbers, bad sets, bad times, and what the sets say afterwards.
#include <sys/select.h>
#include "results.h"
int main(void) {
  int fds[2], other[2];
  pipe(fds), pipe(other);
  fd_set in, out;
  struct timeval none = {0, 0};
  FD_ZERO(&in);
  FD_SET(fds[0], &in);
  FD_ZERO(&out);
  FD_SET(fds[1], &out), FD_SET(other[1], &out);
  SHOW(select(20, &in, &out, NULL, &none));
  printf("%d %d\n", !!FD_ISSET(fds[0], &in), !!FD_ISSET(fds[1], &out));
  write(fds[1], "x", 1);
  FD_ZERO(&in);
  FD_SET(fds[0], &in), FD_SET(other[0], &in);
  SHOW(select(20, &in, NULL, NULL, NULL));
  printf("%d %d\n", !!FD_ISSET(fds[0], &in), !!FD_ISSET(other[0], &in));
  FD_SET(15, &in);
  SHOW(select(20, &in, NULL, NULL, &none));
  printf("%d\n", !!FD_ISSET(15, &in));
  SHOW(select(15, &in, NULL, NULL, &none));
  SHOW(syscall(SYS_select, -1, &in, NULL, NULL, &none));
  SHOW(syscall(SYS_select, 20, BAD_POINTER, NULL, NULL, &none));
  SHOW(syscall(SYS_select, 0, BAD_POINTER, NULL, NULL, &none));
  SHOW(syscall(SYS_select, 0, NULL, NULL, NULL, BAD_POINTER));
  SHOW(syscall(SYS_select, 0, NULL, NULL, NULL, &(struct timeval){-1, 0}));
  SHOW(syscall(SYS_select, 0, NULL, NULL, NULL, &(struct timeval){0, 1500}));
  SHOW(syscall(SYS_pselect6, 0, NULL, NULL, NULL, &(struct timespec){0, -1}, NULL));
  SHOW(syscall(SYS_pselect6, 0, NULL, NULL, NULL, &(struct timespec){0, 1000000000}, NULL));
  SHOW(syscall(SYS_pselect6, 0, NULL, NULL, NULL, &(struct timespec){0, 1000}, NULL));
  sigset_t set;
  sigemptyset(&set);
  struct {
    const sigset_t* set;
    size_t size;
  } mask = {&set, 4};
  SHOW(syscall(SYS_pselect6, 0, NULL, NULL, NULL, &(struct timespec){0, 0}, &mask));
  mask.size = 8;
  SHOW(syscall(SYS_pselect6, 0, NULL, NULL, NULL, &(struct timespec){0, 0}, &mask));
  close(fds[1]), close(other[0]);
  read(fds[0], &(char){0}, 1);
  FD_ZERO(&in);
  FD_SET(fds[0], &in);
  FD_ZERO(&out);
  FD_SET(other[1], &out);
  SHOW(select(20, &in, &out, NULL, NULL));
  struct timeval left = {50, 0};
  FD_ZERO(&in);
  FD_SET(fds[0], &in);
  SHOW(select(20, &in, NULL, NULL, &left));
  SHOW(left.tv_sec >= 10);
  left = (struct timeval){0, 1000};
  SHOW(select(0, NULL, NULL, NULL, &left));
  SHOW(left.tv_sec || left.tv_usec);
  return 0;
}
