// Clocks as the C library reads them, without a call where that can be, between two calls of the
// same clock.
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { kTimes = 1000 };

static long long ns_of(struct timespec t) { return t.tv_sec * 1000000000ll + t.tv_nsec; }
static long long by_call(int clock) {
  struct timespec t = {0, 0};
  syscall(SYS_clock_gettime, clock, &t);
  return ns_of(t);
}
static long long by_library(int clock) {
  struct timespec t = {0, 0};
  clock_gettime(clock, &t);
  return ns_of(t);
}

int main(void) {
  printf("image %d\n", getauxval(AT_SYSINFO_EHDR) != 0);
  const int clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW, CLOCK_BOOTTIME,
                        CLOCK_TAI};
  for (unsigned c = 0; c < sizeof clocks / sizeof *clocks; ++c) {
    int right = 0;
    for (int i = 0; i < kTimes; ++i) {
      const long long before = by_call(clocks[c]), between = by_library(clocks[c]),
                      behind = by_call(clocks[c]);
      right += before <= between && between <= behind;
    }
    printf("clock %d: %d\n", clocks[c], right);
  }
  int right = 0;
  for (int i = 0; i < kTimes; ++i) {
    struct timeval t;
    const long long before = by_call(CLOCK_REALTIME);
    right += gettimeofday(&t, NULL) == 0 && t.tv_usec >= 0 && t.tv_usec < 1000000;
    right += before / 1000 <= t.tv_sec * 1000000ll + t.tv_usec;
  }
  printf("gettimeofday: %d\n", right);
  // time() may lag behind by a tick.
  const time_t now = time(NULL);
  printf("time: %d\n", now >= by_call(CLOCK_REALTIME_COARSE) / 1000000000 - 1 &&
                           now <= by_call(CLOCK_REALTIME) / 1000000000);
  struct timespec resolution;
  int result = clock_getres(CLOCK_MONOTONIC, &resolution);
  printf("resolution: %d %ld", result, resolution.tv_nsec);
  result = clock_getres(77, &resolution);
  printf(", no such clock: %d\n", result);
  struct timespec own;
  printf("own time: %d\n", clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own) == 0 && ns_of(own) >= 0);
  const int cpu = sched_getcpu();
  printf("cpu: %d\n", cpu >= 0 && cpu < sysconf(_SC_NPROCESSORS_CONF));
  return 0;
}
