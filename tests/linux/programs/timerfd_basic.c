// timerfd: relative, absolute and periodic timers.
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include "results.h"

int main(void) {
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  struct itimerspec value = {{0, 0}, {0, 10000000}}, old;
  uint64_t times = 0;
  struct pollfd one = {fd, POLLIN, 0};
  SHOW(poll(&one, 1, 0));
  struct itimerspec far = {{0, 0}, {1000, 0}};
  SHOW(timerfd_settime(fd, 0, &far, &old));
  printf("%ld %ld\n", (long)old.it_value.tv_sec, old.it_value.tv_nsec);
  SHOW(timerfd_gettime(fd, &old));
  printf("%d\n", old.it_value.tv_sec >= 900 && old.it_value.tv_sec <= 1000);
  SHOW(timerfd_settime(fd, 0, &value, 0));
  SHOW(poll(&one, 1, -1));
  printf("%x\n", one.revents);
  SHOW(read(fd, &times, 8));
  printf("%llu\n", (unsigned long long)times);
  SHOW(timerfd_gettime(fd, &old));
  printf("%ld %ld\n", (long)old.it_value.tv_sec, old.it_value.tv_nsec);
  value.it_interval.tv_nsec = 5000000;
  SHOW(timerfd_settime(fd, 0, &value, 0));
  usleep(40000);
  SHOW(read(fd, &times, 8));
  printf("%d\n", times >= 5);
  SHOW(read(fd, &times, 8));
  SHOW(timerfd_gettime(fd, &old));
  printf("%ld\n", old.it_interval.tv_nsec);
  clock_gettime(CLOCK_MONOTONIC, &value.it_value);
  value.it_interval.tv_nsec = 0;
  value.it_value.tv_nsec -= 1;
  if (value.it_value.tv_nsec < 0) value.it_value.tv_nsec = 0;
  SHOW(timerfd_settime(fd, TFD_TIMER_ABSTIME, &value, 0));
  SHOW(read(fd, &times, 8));
  printf("%llu\n", (unsigned long long)times);
  int wall = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK);
  SHOW(read(wall, &times, 8));
  clock_gettime(CLOCK_REALTIME, &value.it_value);
  value.it_value.tv_sec += 100;
  SHOW(timerfd_settime(wall, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &value, 0));
  SHOW(timerfd_gettime(wall, &old));
  printf("%d\n", old.it_value.tv_sec >= 50 && old.it_value.tv_sec <= 100);
  value.it_value.tv_sec = value.it_value.tv_nsec = 0;
  SHOW(timerfd_settime(wall, 0, &value, &old));
  printf("%d\n", old.it_value.tv_sec >= 50);
  SHOW(timerfd_gettime(wall, &old));
  printf("%ld\n", (long)old.it_value.tv_sec);
}
