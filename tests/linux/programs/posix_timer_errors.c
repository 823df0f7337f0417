// timer_create and its kin: what is refused. By the calls' numbers: C libraries have timers of
// their own.
#include <time.h>
#include "results.h"

static long create(int clock, void* event, int* timer) {
  return syscall(SYS_timer_create, clock, event, timer);
}

int main(void) {
  int timer = -1;
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  SHOW(create(CLOCK_MONOTONIC, &event, &timer));
  SHOW(create(99, &event, &timer));
  SHOW(create(CLOCK_MONOTONIC_RAW, &event, &timer));
  SHOW(create(CLOCK_MONOTONIC, BAD_POINTER, &timer));
  SHOW(create(CLOCK_MONOTONIC, &event, BAD_POINTER));
  event.sigev_signo = 0;
  SHOW(create(CLOCK_MONOTONIC, &event, &timer));
  event.sigev_signo = 65;
  SHOW(create(CLOCK_MONOTONIC, &event, &timer));
  event.sigev_signo = SIGUSR1;
  event.sigev_notify = 99;
  SHOW(create(CLOCK_MONOTONIC, &event, &timer));
  struct itimerspec set = {{0, 0}, {1, 0}};
  SHOW(syscall(SYS_timer_settime, 1234, 0, &set, 0));
  SHOW(syscall(SYS_timer_settime, timer, 0, 0, 0));
  SHOW(syscall(SYS_timer_settime, timer, 0, BAD_POINTER, 0));
  set.it_value.tv_nsec = 1000000000;
  SHOW(syscall(SYS_timer_settime, timer, 0, &set, 0));
  set.it_value.tv_nsec = 0;
  set.it_interval.tv_sec = -1;
  SHOW(syscall(SYS_timer_settime, timer, 0, &set, 0));
  SHOW(syscall(SYS_timer_gettime, timer, BAD_POINTER));
  SHOW(syscall(SYS_timer_gettime, 1234, &set));
  SHOW(syscall(SYS_timer_getoverrun, 1234));
  SHOW(syscall(SYS_timer_getoverrun, timer));
  SHOW(syscall(SYS_timer_delete, 1234));
  SHOW(syscall(SYS_timer_delete, -1));
  event.sigev_notify = SIGEV_NONE;
  SHOW(create(CLOCK_MONOTONIC, &event, &timer));
  set = (struct itimerspec){{0, 0}, {100, 0}};
  SHOW(syscall(SYS_timer_settime, timer, 0, &set, 0));
  SHOW(syscall(SYS_timer_gettime, timer, &set));
  printf("%d\n", set.it_value.tv_sec >= 50);
}
