// Calls that end with EINTR after a handler whatever SA_RESTART says.
#include <poll.h>
#include <sys/select.h>
#include <time.h>
#include "signals.h"
static volatile int alarms;
static void on_alarm(int number, siginfo_t* info, void* context) { ++alarms; }
int main(void) {
  struct timespec left, wanted = {100, 0}, until;
  struct timeval limit = {100, 0};
  sigset_t none = set_of(0, 0), other = set_of(SIGUSR1, 0);
  on(SIGALRM, SA_RESTART, on_alarm);
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += 100;
  alarms_every_millisecond();
  SHOW(poll(NULL, 0, -1));
  SHOW(poll(NULL, 0, 100000));
  SHOW(ppoll(NULL, 0, &wanted, NULL));
  SHOW(select(0, NULL, NULL, NULL, &limit));
  SHOW(pselect(0, NULL, NULL, NULL, &wanted, NULL));
  SHOW(pause());
  SHOW(sigsuspend(&none));
  SHOW(syscall(SYS_rt_sigtimedwait, &other, NULL, &wanted, 8));
  SHOW(syscall(SYS_rt_sigtimedwait, &other, NULL, NULL, 8));
  SHOW(nanosleep(&wanted, &left));
  printf("%d\n", left.tv_sec > 50);
  SHOW(clock_nanosleep(CLOCK_MONOTONIC, 0, &wanted, &left));
  printf("%d\n", left.tv_sec > 50);
  SHOW(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &until, BAD_POINTER));
  no_alarms();
  SHOW(alarms >= 11);
  return 0;
}
