// Timers that go off while their signal is blocked, and those that a thread gets.
#include <pthread.h>
#include <time.h>
#include "results.h"

static int timer;
static void* wait_in_thread(void* argument) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  struct sigevent event = {.sigev_notify = 4, .sigev_signo = SIGUSR2};
  ((int*)&event)[4] = (int)syscall(SYS_gettid);
  SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer));
  struct itimerspec one = {{0, 0}, {0, 10000000}};
  SHOW(syscall(SYS_timer_settime, timer, 0, &one, 0));
  siginfo_t info;
  printf("%d %d\n", sigwaitinfo(&set, &info), info.si_code == SI_TIMER);
  return argument;
}

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGUSR2);
  sigprocmask(SIG_BLOCK, &set, 0);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer));
  struct itimerspec often = {{0, 2000000}, {0, 2000000}}, none = {{0, 0}, {0, 0}};
  SHOW(syscall(SYS_timer_settime, timer, 0, &often, 0));
  usleep(50000);
  siginfo_t info;
  sigdelset(&set, SIGUSR2);
  SHOW(sigwaitinfo(&set, &info));
  int overruns = syscall(SYS_timer_getoverrun, timer);
  printf("%d %d\n", info.si_overrun >= 10 && info.si_overrun < 100, overruns >= 10);
  SHOW(syscall(SYS_timer_settime, timer, 0, &none, 0));
  SHOW(syscall(SYS_timer_delete, timer));
  event.sigev_notify = 4;
  ((int*)&event)[4] = 1;
  SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer));
  pthread_t thread;
  pthread_create(&thread, 0, wait_in_thread, 0);
  pthread_join(thread, 0);
}
