// Reading how the clocks run, and what only the superuser may set: as somebody else.
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include "results.h"

static void as_nobody(void) {
  struct timex timex = {0};
  int state = adjtimex(&timex);
  printf("%d %d\n", state >= 0 && state <= 5, timex.tick == 10000);
  timex.modes = ADJ_TICK;
  SHOW(adjtimex(&timex));
  timex.modes = 0;
  SHOW(clock_adjtime(CLOCK_MONOTONIC, &timex));
  SHOW(clock_adjtime(99, &timex));
  SHOW(adjtimex(BAD_POINTER));
  struct timeval now;
  gettimeofday(&now, 0);
  SHOW(syscall(SYS_settimeofday, &now, 0));
  now.tv_usec = 1000000;
  SHOW(syscall(SYS_settimeofday, &now, 0));
  SHOW(syscall(SYS_settimeofday, BAD_POINTER, 0));
  struct timespec time = {1, 0};
  SHOW(clock_settime(CLOCK_REALTIME, &time));
  SHOW(clock_settime(CLOCK_MONOTONIC, &time));
}
int main(void) { as_user(1234, as_nobody); }
