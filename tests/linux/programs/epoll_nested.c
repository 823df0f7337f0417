// epoll: sets of sets, and circles of them.
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <unistd.h>
#include "results.h"

static int ends[2];
static void* later(void* unused) {
  usleep(20000);
  write(ends[1], "x", 1);
  return unused;
}

int main(void) {
  pipe(ends);
  int inner = epoll_create1(0), outer = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = 1}, out[2];
  SHOW(epoll_ctl(inner, EPOLL_CTL_ADD, ends[0], &event));
  SHOW(epoll_ctl(outer, EPOLL_CTL_ADD, inner, &event));
  SHOW(epoll_ctl(inner, EPOLL_CTL_ADD, outer, &event));
  SHOW(epoll_wait(outer, out, 2, 0));
  struct pollfd fd = {inner, POLLIN, 0};
  SHOW(poll(&fd, 1, 0));
  pthread_t thread;
  pthread_create(&thread, 0, later, 0);
  SHOW(epoll_wait(outer, out, 2, -1));
  printf("%x\n", out[0].events);
  pthread_join(thread, 0);
  SHOW(poll(&fd, 1, 0));
  printf("%x\n", fd.revents);
  char c;
  read(ends[0], &c, 1);
  SHOW(poll(&fd, 1, 0));
  SHOW(epoll_wait(outer, out, 2, 0));
  pthread_create(&thread, 0, later, 0);
  SHOW(poll(&fd, 1, -1));
  pthread_join(thread, 0);
  SHOW(epoll_wait(inner, out, 2, 0));
  int chain = outer;
  for (int i = 0; i < 6; ++i) {
    int next = epoll_create1(0);
    SHOW(epoll_ctl(next, EPOLL_CTL_ADD, chain, &event));
    chain = next;
  }
  close(inner);
  SHOW(epoll_wait(outer, out, 2, 0));
}
