// nanosleep and clock_nanosleep: bad times, bad clocks, times that have passed, and not too short.
#include <time.h>
#include "results.h"
#define SLEEP(clock, flags, ...) syscall(SYS_clock_nanosleep, clock, flags, __VA_ARGS__)
static long slept(clockid_t clock, long nanoseconds) {
  struct timespec from, to, wanted = {0, nanoseconds};
  clock_gettime(clock, &from);
  clock_nanosleep(clock, 0, &wanted, NULL);
  clock_gettime(clock, &to);
  return (to.tv_sec - from.tv_sec) * 1000000000 + to.tv_nsec - from.tv_nsec;
}
int main(void) {
  struct timespec left = {7, 7}, now;
  SHOW(syscall(SYS_nanosleep, &(struct timespec){0, -1}, &left));
  SHOW(syscall(SYS_nanosleep, &(struct timespec){0, 1000000000}, &left));
  SHOW(syscall(SYS_nanosleep, &(struct timespec){-1, 0}, &left));
  SHOW(syscall(SYS_nanosleep, BAD_POINTER, &left));
  SHOW(syscall(SYS_nanosleep, &(struct timespec){0, 0}, BAD_POINTER));
  SHOW(syscall(SYS_nanosleep, &(struct timespec){0, 1000}, &left));
  printf("%ld %ld\n", (long)left.tv_sec, left.tv_nsec);
  SHOW(SLEEP(99, 0, &(struct timespec){0, 0}, NULL));
  SHOW(SLEEP(CLOCK_THREAD_CPUTIME_ID, 0, &(struct timespec){0, 0}, NULL));
  SHOW(SLEEP(CLOCK_REALTIME_COARSE, 0, &(struct timespec){0, 0}, NULL));
  SHOW(SLEEP(CLOCK_MONOTONIC, TIMER_ABSTIME, &(struct timespec){1, 0}, NULL));
  SHOW(SLEEP(CLOCK_REALTIME, TIMER_ABSTIME, &(struct timespec){1, 0}, NULL));
  SHOW(SLEEP(CLOCK_MONOTONIC, TIMER_ABSTIME, &(struct timespec){1, 1000000000}, NULL));
  SHOW(SLEEP(CLOCK_MONOTONIC, TIMER_ABSTIME, &(struct timespec){-1, 0}, NULL));
  SHOW(SLEEP(CLOCK_BOOTTIME, 0, &(struct timespec){0, 1000}, NULL));
  SHOW(slept(CLOCK_MONOTONIC, 3000000) >= 3000000);
  SHOW(slept(CLOCK_REALTIME, 1) >= 1);
  clock_gettime(CLOCK_MONOTONIC, &now);
  now.tv_nsec += 2000000;
  if (now.tv_nsec >= 1000000000) now.tv_nsec -= 1000000000, ++now.tv_sec;
  SHOW(SLEEP(CLOCK_MONOTONIC, TIMER_ABSTIME, &now, NULL));
  clock_gettime(CLOCK_MONOTONIC, &left);
  SHOW(left.tv_sec > now.tv_sec || (left.tv_sec == now.tv_sec && left.tv_nsec >= now.tv_nsec));
  return 0;
}
