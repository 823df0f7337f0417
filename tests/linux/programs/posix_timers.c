// timer_create: one-shot and periodic timers, and what their signals say.
#include <time.h>
#include "results.h"

static volatile int count, code, value;
static void handler(int signal, siginfo_t* info, void* context) {
  ++count;
  code = info->si_code;
  value = info->si_value.sival_int;
}

int main(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, 0);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  event.sigev_value.sival_int = 77;
  timer_t timer;
  SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
  struct itimerspec set = {{0, 0}, {0, 20000000}}, now;
  SHOW(timer_gettime(timer, &now));
  printf("%ld %ld\n", (long)now.it_value.tv_sec, now.it_value.tv_nsec);
  struct itimerspec far = {{0, 0}, {1000, 0}};
  SHOW(timer_settime(timer, 0, &far, &now));
  SHOW(timer_gettime(timer, &now));
  printf("%d\n", now.it_value.tv_sec >= 900 && now.it_value.tv_sec <= 1000);
  SHOW(timer_settime(timer, 0, &set, 0));
  while (count == 0) pause();
  printf("%d %d %d\n", count, code, value);
  SHOW(timer_gettime(timer, &now));
  printf("%ld\n", now.it_value.tv_nsec);
  set.it_interval.tv_nsec = 5000000;
  SHOW(timer_settime(timer, 0, &set, &now));
  while (count < 5) pause();
  set.it_value.tv_nsec = 0;
  SHOW(timer_settime(timer, 0, &set, &now));
  printf("%ld %d\n", now.it_interval.tv_nsec, now.it_value.tv_nsec > 0);
  int before = count;
  usleep(20000);
  printf("%d\n", count == before);
  clock_gettime(CLOCK_MONOTONIC, &set.it_value);
  set.it_interval.tv_nsec = 0;
  SHOW(timer_settime(timer, TIMER_ABSTIME, &set, 0));
  while (count == before) pause();
  SHOW(timer_delete(timer));
  SHOW(timer_delete(timer));
  SHOW(timer_create(CLOCK_REALTIME, 0, &timer));
  SHOW(timer_delete(timer));
}
