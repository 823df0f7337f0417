// epoll: several threads that wait on one set; each event goes to one of them.
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "results.h"

enum { kThreads = 4, kEvents = 2000 };
static int epoll, counter;
static atomic_int seen;
static void* work(void* unused) {
  struct epoll_event out;
  eventfd_t value;
  for (;;) {
    if (epoll_wait(epoll, &out, 1, -1) != 1) continue;
    if (out.data.fd == -1) return unused;
    if (eventfd_read(counter, &value) == 0) atomic_fetch_add(&seen, (int)value);
    out.events = EPOLLIN | EPOLLONESHOT;
    epoll_ctl(epoll, EPOLL_CTL_MOD, counter, &out);
  }
}

int main(void) {
  epoll = epoll_create1(0);
  counter = eventfd(0, EFD_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT, .data.fd = counter};
  epoll_ctl(epoll, EPOLL_CTL_ADD, counter, &event);
  pthread_t threads[kThreads];
  for (int i = 0; i < kThreads; ++i) pthread_create(&threads[i], 0, work, 0);
  for (int i = 0; i < kEvents; ++i) eventfd_write(counter, 1);
  while (atomic_load(&seen) != kEvents) usleep(1000);
  int end = eventfd(1, 0);
  event.events = EPOLLIN;
  event.data.fd = -1;
  epoll_ctl(epoll, EPOLL_CTL_ADD, end, &event);
  for (int i = 0; i < kThreads; ++i) pthread_join(threads[i], 0);
  printf("%d\n", seen);
}
