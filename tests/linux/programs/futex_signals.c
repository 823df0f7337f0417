// A wait on a futex and signals: handlers interrupt it, SA_RESTART restarts it, its limit stays.
#include "futexes.h"
#include "signals.h"
static int word;
static volatile int alarms, wakes;
static void on_alarm(int number, siginfo_t* info, void* context) {
  if (++alarms == 4 && wakes) word = 1, futex(&word, WAKE, 1, NULL, NULL, 0);
}
static void start(int flags) {
  alarms = word = 0;
  on(SIGALRM, flags, on_alarm);
  alarms_every_millisecond();
}
int main(void) {
  struct timespec limit = {100, 0}, from, to;
  start(0);
  SHOW(futex(&word, WAIT, 0, NULL, NULL, 0));
  no_alarms();
  start(0);
  SHOW(futex(&word, WAIT, 0, &limit, NULL, 0));
  no_alarms();
  wakes = 1;
  start(SA_RESTART);
  SHOW(futex(&word, WAIT, 0, NULL, NULL, 0) == 0 || errno == EAGAIN);
  no_alarms();
  SHOW(alarms >= 4);
  clock_gettime(CLOCK_MONOTONIC, &from);
  pid_t self = getpid(), child = fork();
  if (child == 0) {  // Stopping and continuing is no interruption.
    word = 0, limit = (struct timespec){0, 8000000};
    _exit(futex(&word, WAIT, 0, &limit, NULL, 0) == -1 && errno == ETIMEDOUT ? 3 : 4);
  }
  int status;
  kill(child, SIGSTOP), waitpid(child, &status, WUNTRACED), kill(child, SIGCONT);
  wait_for("child", child);
  clock_gettime(CLOCK_MONOTONIC, &to);
  SHOW((to.tv_sec - from.tv_sec) * 1000000000L + to.tv_nsec - from.tv_nsec >= 8000000);
  return 0;
}
