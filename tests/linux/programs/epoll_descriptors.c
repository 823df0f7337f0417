// epoll: members are open files, not descriptors.
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>
#include "results.h"

int main(void) {
  int ends[2];
  pipe(ends);
  int epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = 1}, out[4];
  int copy = dup(ends[0]);
  SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event));
  event.data.fd = 2;
  SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, copy, &event));
  write(ends[1], "x", 1);
  SHOW(epoll_wait(epoll, out, 4, 0));
  int number = ends[0];
  close(ends[0]);
  SHOW(epoll_wait(epoll, out, 4, 0));
  SHOW(epoll_ctl(epoll, EPOLL_CTL_DEL, number, 0));
  close(copy);
  SHOW(epoll_wait(epoll, out, 4, 0));
  int other[2];
  pipe(other);
  event.data.fd = 3;
  SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, other[0], &event));
  if (fork() == 0) {
    write(other[1], "y", 1);
    SHOW(epoll_wait(epoll, out, 4, -1));
    SHOW(epoll_ctl(epoll, EPOLL_CTL_DEL, other[0], 0));
    _exit(0);
  }
  wait(0);
  SHOW(epoll_wait(epoll, out, 4, 0));
  int twin = dup(epoll);
  SHOW(epoll_ctl(twin, EPOLL_CTL_ADD, other[0], &event));
  close(epoll);
  SHOW(epoll_wait(twin, out, 4, 0));
  printf("%d\n", out[0].data.fd);
}
