// epoll: many members, few of which are ready.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include "results.h"

enum { kMany = 500 };
int main(void) {
  static int fds[kMany];
  int epoll = epoll_create1(0);
  for (int i = 0; i < kMany; ++i) {
    fds[i] = eventfd(0, EFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fds[i], &event)) printf("%s\n", error_name(errno));
  }
  struct epoll_event out[kMany];
  SHOW(epoll_wait(epoll, out, kMany, 0));
  for (int i = 0; i < kMany; i += 7) eventfd_write(fds[i], 1);
  long sum = 0;
  long count = SHOW(epoll_wait(epoll, out, kMany, 0));
  for (int i = 0; i < count; ++i) sum += out[i].data.u32;
  printf("%ld\n", sum);
  // In small portions each gets its turn.
  char seen[kMany] = {0};
  for (int round = 0; round < 40; ++round) {
    count = epoll_wait(epoll, out, 10, 0);
    for (int i = 0; i < count; ++i) seen[out[i].data.u32] = 1;
  }
  int all = 0;
  for (int i = 0; i < kMany; ++i) all += seen[i];
  printf("%d\n", all);
  for (int i = 0; i < kMany; i += 2) close(fds[i]);
  SHOW(epoll_wait(epoll, out, kMany, 0));
}
