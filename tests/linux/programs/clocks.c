// Clocks: which there are, that they go forward, and what cannot be set.
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include "results.h"
static const int clocks[] = {CLOCK_REALTIME,          CLOCK_MONOTONIC,     CLOCK_PROCESS_CPUTIME_ID,
                             CLOCK_THREAD_CPUTIME_ID, CLOCK_MONOTONIC_RAW, CLOCK_REALTIME_COARSE,
                             CLOCK_MONOTONIC_COARSE,  CLOCK_BOOTTIME};
int main(void) {
  struct timespec now, then;
  for (int i = 0; i < COUNT_OF(clocks); ++i) {
    int forward = 1;
    clock_gettime(clocks[i], &then);
    for (int j = 0; j < 1000; ++j) {
      forward &= !clock_gettime(clocks[i], &now) && now.tv_nsec >= 0 && now.tv_nsec < 1000000000;
      forward &=
          now.tv_sec > then.tv_sec || (now.tv_sec == then.tv_sec && now.tv_nsec >= then.tv_nsec);
      then = now;
    }
    printf("clock %d: forward %d\n", clocks[i], forward);
  }
#define GET(clock, to) syscall(SYS_clock_gettime, clock, to)
  SHOW(GET(99, &now));
  SHOW(GET(10, &now));
  SHOW(GET(CLOCK_REALTIME, BAD_POINTER));
  SHOW(GET(CLOCK_TAI, &now));
  SHOW(syscall(SYS_clock_getres, CLOCK_REALTIME, NULL));
  SHOW(syscall(SYS_clock_getres, CLOCK_MONOTONIC, &now));
  printf("%ld %ld\n", (long)now.tv_sec, now.tv_nsec);
  SHOW(syscall(SYS_clock_getres, 99, NULL));
  SHOW(syscall(SYS_clock_settime, CLOCK_MONOTONIC, &now));
  SHOW(syscall(SYS_clock_settime, CLOCK_REALTIME, BAD_POINTER));
  SHOW(syscall(SYS_clock_settime, CLOCK_REALTIME, &(struct timespec){0, -1}));
  SHOW(syscall(SYS_clock_settime, 99, &now));
  struct timeval of_day;
  struct timezone zone;
  SHOW(syscall(SYS_gettimeofday, &of_day, &zone));
  clock_gettime(CLOCK_REALTIME, &now);
  SHOW(now.tv_sec - of_day.tv_sec <= 100);
  SHOW(syscall(SYS_gettimeofday, NULL, NULL));
  SHOW(syscall(SYS_gettimeofday, BAD_POINTER, NULL));
  SHOW(time(NULL) - now.tv_sec <= 100);
  clock_t ticks = times(NULL);
  SHOW(ticks != -1 && times(NULL) >= ticks);
  SHOW(syscall(SYS_times, BAD_POINTER));
  clock_gettime(CLOCK_MONOTONIC, &then), clock_gettime(CLOCK_BOOTTIME, &now);
  SHOW(now.tv_sec >= then.tv_sec);
  return 0;
}
