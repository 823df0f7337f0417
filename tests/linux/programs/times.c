// Clocks and sleeping.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
static long long now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}
int main(void) {
  long long start = now(CLOCK_MONOTONIC);
  struct timespec span = {0, 20000000};
  printf("%d\n", nanosleep(&span, 0));
  printf("slept: %d\n", now(CLOCK_MONOTONIC) - start >= 20000000);
  start = now(CLOCK_MONOTONIC) + 10000000;
  struct timespec until = {start / 1000000000, start % 1000000000};
  printf("%d\n", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, 0));
  printf("until: %d\n", now(CLOCK_MONOTONIC) >= start);
  struct timeval wall;
  gettimeofday(&wall, 0);
  printf("wall clock: %d\n", wall.tv_sec > 1700000000 && time(0) - wall.tv_sec <= 100);
  struct timespec wrong = {0, 1000000000};
  int result = nanosleep(&wrong, 0);
  printf("%d %s\n", result, strerror(errno));
  result = clock_gettime(99, &until);
  printf("%d %s\n", result, strerror(errno));
  printf("cpu time: %d\n", now(CLOCK_PROCESS_CPUTIME_ID) >= 0);
  return 0;
}
