// timerfd: what is refused.
#include <stdint.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include "results.h"

int main(void) {
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  struct itimerspec value = {{0, 0}, {1, 0}};
  uint64_t times;
  SHOW(timerfd_create(CLOCK_MONOTONIC, 1));
  SHOW(timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0));
  SHOW(timerfd_create(CLOCK_MONOTONIC_RAW, 0));
  SHOW(timerfd_create(99, 0));
  SHOW_OK(timerfd_create(CLOCK_BOOTTIME, 0));
  SHOW(timerfd_settime(fd, 8, &value, 0));
  SHOW(timerfd_settime(0, 0, &value, 0));
  SHOW(timerfd_settime(99, 0, &value, 0));
  SHOW(timerfd_settime(fd, 0, 0, 0));
  SHOW(timerfd_gettime(0, &value));
  SHOW(timerfd_gettime(fd, (void*)8));
  SHOW(read(fd, &times, 4));
  SHOW(read(fd, &times, 8));
  SHOW(write(fd, &times, 8));
  value.it_value.tv_nsec = 1000000000;
  SHOW(timerfd_settime(fd, 0, &value, 0));
  value.it_value.tv_nsec = -1;
  SHOW(timerfd_settime(fd, 0, &value, 0));
  value.it_value.tv_nsec = 0;
  value.it_value.tv_sec = -1;
  SHOW(timerfd_settime(fd, 0, &value, 0));
  value.it_value.tv_sec = 1;
  value.it_interval.tv_nsec = 1000000000;
  SHOW(timerfd_settime(fd, 0, &value, 0));
}
