// Timers that count CPU time: ITIMER_VIRTUAL, ITIMER_PROF and those of timer_create.
#include <sys/time.h>
#include <time.h>
#include "results.h"

static volatile int virtual_count, profiling_count, timer_count;
static void handler(int signal) {
  if (signal == SIGVTALRM) ++virtual_count;
  if (signal == SIGPROF) ++profiling_count;
  if (signal == SIGUSR1) ++timer_count;
}
static void work_until(volatile int* count, int wanted) {
  while (*count < wanted) {
  }
}

int main(void) {
  signal(SIGVTALRM, handler);
  signal(SIGPROF, handler);
  signal(SIGUSR1, handler);
  struct itimerval set = {{0, 10000}, {0, 10000}}, none = {{0, 0}, {0, 0}}, old;
  SHOW(getitimer(ITIMER_VIRTUAL, &old));
  printf("%ld\n", (long)old.it_value.tv_usec);
  SHOW(setitimer(ITIMER_VIRTUAL, &set, &old));
  usleep(50000);
  printf("%d\n", virtual_count <= 1);
  work_until(&virtual_count, 3);
  SHOW(setitimer(ITIMER_VIRTUAL, &none, &old));
  printf("%ld %d\n", (long)old.it_interval.tv_usec, old.it_value.tv_usec > 0);
  set.it_interval.tv_usec = 0;
  SHOW(setitimer(ITIMER_PROF, &set, 0));
  work_until(&profiling_count, 1);
  SHOW(getitimer(ITIMER_PROF, &old));
  printf("%ld %ld\n", (long)old.it_interval.tv_usec, (long)old.it_value.tv_usec);
  for (int i = 0; i < 2; ++i) {
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    timer_t timer;
    timer_count = 0;
    SHOW(timer_create(i ? CLOCK_THREAD_CPUTIME_ID : CLOCK_PROCESS_CPUTIME_ID, &event, &timer));
    struct itimerspec span = {{0, 0}, {0, 10000000}};
    SHOW(timer_settime(timer, 0, &span, 0));
    work_until(&timer_count, 1);
    SHOW(timer_delete(timer));
  }
  SHOW(setitimer(3, &set, 0));
  SHOW(getitimer(-1, &old));
  set.it_value.tv_usec = 1000000;
  SHOW(setitimer(ITIMER_PROF, &set, 0));
}
