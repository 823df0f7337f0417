// timerfd, signalfd, eventfd and pipes in one epoll, as an event loop has them.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include "results.h"

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, 0);
  int ends[2];
  pipe(ends);
  int fds[] = {timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), signalfd(-1, &set, SFD_NONBLOCK),
               eventfd(0, EFD_NONBLOCK), ends[0]};
  int epoll = epoll_create1(0);
  for (int i = 0; i < COUNT_OF(fds); ++i) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
    SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, fds[i], &event));
  }
  int turns[2];
  pipe(turns);
  pid_t parent = getpid();
  pid_t child = fork();
  if (child == 0) {
    for (int i = 0; read(turns[0], &(char){0}, 1) == 1; ++i) {
      if (i == 0) kill(parent, SIGUSR1);
      if (i == 1) eventfd_write(fds[2], 1);
      if (i == 2) write(ends[1], "x", 1);
      if (i == 3) break;
    }
    _exit(0);
  }
  struct itimerspec span = {{0, 0}, {0, 20000000}};
  for (int i = 0; i < 4; ++i) {
    write(turns[1], "", 1);
    if (i == 3) timerfd_settime(fds[0], 0, &span, 0);
    struct epoll_event event;
    if (epoll_wait(epoll, &event, 1, -1) != 1) break;
    char buffer[128];
    long size = read(fds[event.data.u32], buffer, sizeof buffer);
    printf("%u: %ld bytes\n", event.data.u32, size);
  }
  wait_for("child", child);
  SHOW(epoll_wait(epoll, &(struct epoll_event){0}, 1, 0));
}
