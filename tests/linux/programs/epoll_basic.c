// epoll: level-triggered readiness of pipes.
#include <sys/epoll.h>
#include <unistd.h>
#include "results.h"

int main(void) {
  int ends[2];
  pipe(ends);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = 0x123456789abcdef0};
  struct epoll_event out[4] = {0};
  SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event));
  SHOW(epoll_wait(epoll, out, 4, 0));
  SHOW(epoll_wait(epoll, out, 4, 10));
  write(ends[1], "abc", 3);
  SHOW(epoll_wait(epoll, out, 4, -1));
  printf("%x %llx\n", out[0].events, (unsigned long long)out[0].data.u64);
  SHOW(epoll_wait(epoll, out, 4, 0));
  char buffer[8];
  read(ends[0], buffer, 8);
  SHOW(epoll_wait(epoll, out, 4, 0));
  event.events = EPOLLOUT | EPOLLERR;
  event.data.u64 = 5;
  SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[1], &event));
  SHOW(epoll_wait(epoll, out, 4, 0));
  printf("%x %llx\n", out[0].events, (unsigned long long)out[0].data.u64);
  event.events = EPOLLIN | EPOLLRDNORM | EPOLLRDHUP;
  SHOW(epoll_ctl(epoll, EPOLL_CTL_MOD, ends[0], &event));
  write(ends[1], "d", 1);
  int count = epoll_wait(epoll, out, 4, 0);
  unsigned all = 0;
  for (int i = 0; i < count; ++i) all |= out[i].events;
  printf("%d %x\n", count, all);
  SHOW(epoll_ctl(epoll, EPOLL_CTL_DEL, ends[0], NULL));
  SHOW(epoll_wait(epoll, out, 4, 0));
  close(ends[0]);
  SHOW(epoll_wait(epoll, out, 4, 0));
  printf("%x\n", out[0].events);
  close(ends[1]);
  SHOW(epoll_wait(epoll, out, 4, 0));
}
