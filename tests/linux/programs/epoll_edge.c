// epoll: edge-triggered and one-shot members.
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "results.h"

int main(void) {
  int ends[2];
  pipe2(ends, O_NONBLOCK);
  int epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.fd = 1};
  struct epoll_event out[4];
  write(ends[1], "a", 1);
  SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event));
  SHOW(epoll_wait(epoll, out, 4, 0));
  SHOW(epoll_wait(epoll, out, 4, 0));
  write(ends[1], "b", 1);
  SHOW(epoll_wait(epoll, out, 4, 0));
  char c;
  read(ends[0], &c, 1);
  SHOW(epoll_wait(epoll, out, 4, 0));
  SHOW(epoll_ctl(epoll, EPOLL_CTL_MOD, ends[0], &event));
  SHOW(epoll_wait(epoll, out, 4, 0));
  read(ends[0], &c, 1);
  event.events = EPOLLIN | EPOLLONESHOT;
  SHOW(epoll_ctl(epoll, EPOLL_CTL_MOD, ends[0], &event));
  write(ends[1], "c", 1);
  SHOW(epoll_wait(epoll, out, 4, 0));
  write(ends[1], "d", 1);
  SHOW(epoll_wait(epoll, out, 4, 0));
  close(ends[1]);
  SHOW(epoll_wait(epoll, out, 4, 0));
  SHOW(epoll_ctl(epoll, EPOLL_CTL_MOD, ends[0], &event));
  SHOW(epoll_wait(epoll, out, 4, 0));
  printf("%x\n", out[0].events);

  int counter = eventfd(0, EFD_NONBLOCK);
  event.events = EPOLLIN | EPOLLOUT | EPOLLET;
  SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, counter, &event));
  SHOW(epoll_wait(epoll, out, 4, 0));
  printf("%x\n", out[0].events);
  SHOW(epoll_wait(epoll, out, 4, 0));
  eventfd_write(counter, 1);
  SHOW(epoll_wait(epoll, out, 4, 0));
  printf("%x\n", out[0].events);
  eventfd_write(counter, 1);
  SHOW(epoll_wait(epoll, out, 4, 0));
  SHOW(epoll_wait(epoll, out, 4, 0));
}
