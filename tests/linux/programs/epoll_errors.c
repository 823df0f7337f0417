// epoll: what is refused.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "results.h"

int main(void) {
  int ends[2];
  pipe(ends);
  struct epoll_event event = {.events = EPOLLIN};
  struct epoll_event out[2];
  int epoll = epoll_create1(0);
  int file = open("/tmp", O_RDONLY);
  int path = open("/tmp", O_PATH);
  SHOW(epoll_create(0));
  SHOW(epoll_create(-1));
  SHOW_OK(epoll_create(1));
  SHOW(epoll_create1(1));
  SHOW(epoll_ctl(99, EPOLL_CTL_ADD, ends[0], &event));
  SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, 99, &event));
  SHOW(epoll_ctl(ends[0], EPOLL_CTL_ADD, ends[1], &event));
  SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, epoll, &event));
  SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, file, &event));
  SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, path, &event));
  SHOW(epoll_ctl(epoll, 77, ends[0], &event));
  SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], NULL));
  SHOW(epoll_ctl(epoll, EPOLL_CTL_DEL, ends[0], NULL));
  SHOW(epoll_ctl(epoll, EPOLL_CTL_MOD, ends[0], &event));
  SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event));
  SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event));
  SHOW(epoll_wait(epoll, out, 0, 0));
  SHOW(epoll_wait(epoll, out, -1, 0));
  SHOW(epoll_wait(ends[0], out, 1, 0));
  SHOW(epoll_wait(99, out, 1, 0));
  write(ends[1], "x", 1);
  SHOW(epoll_wait(epoll, (void*)8, 1, 0));
  SHOW(epoll_wait(epoll, out, 2, 0));
  event.events = EPOLLIN | EPOLLEXCLUSIVE;
  SHOW(epoll_ctl(epoll, EPOLL_CTL_MOD, ends[0], &event));
  SHOW(epoll_ctl(epoll, EPOLL_CTL_DEL, ends[0], &event));
  SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event));
  event.events = EPOLLIN;
  SHOW(epoll_ctl(epoll, EPOLL_CTL_MOD, ends[0], &event));
  event.events = EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT;
  SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[1], &event));
  char c;
  SHOW(read(epoll, &c, 1));
  SHOW(write(epoll, &c, 1));
  SHOW(lseek(epoll, 0, SEEK_SET));
}
