// setitimer and alarm: errors, what is left, one-shot and periodic ones, forks and execs.
#include "signals.h"
static volatile int alarms;
static void count(int number, siginfo_t* info, void* context) { ++alarms; }
int main(int argument_count, char** arguments) {
  struct itimerval old, hundred = {{0, 0}, {100, 0}};
  if (argument_count > 1) {
    printf("after exec %d\n", alarm(0) > 10);
    return 0;
  }
  on(SIGALRM, 0, count);
  SHOW(alarm(0));
  SHOW(alarm(100));
  SHOW(alarm(50) > 50);
  SHOW(setitimer(ITIMER_REAL, &hundred, &old));
  SHOW(old.it_value.tv_sec > 10 && old.it_value.tv_sec < 50 && old.it_interval.tv_sec == 0);
  SHOW(getitimer(ITIMER_REAL, &old));
  SHOW(old.it_value.tv_sec > 50 && old.it_value.tv_sec < 100);
  SHOW(setitimer(5, &hundred, NULL));
  SHOW(getitimer(-1, &old));
  SHOW(setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 1000000}}, NULL));
  SHOW(setitimer(ITIMER_REAL, &(struct itimerval){{0, -1}, {0, 0}}, NULL));
  SHOW(setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {-1, 0}}, NULL));
  SHOW(syscall(SYS_setitimer, ITIMER_REAL, BAD_POINTER, NULL));
  SHOW(syscall(SYS_getitimer, ITIMER_REAL, BAD_POINTER));
  pid_t child = fork();
  if (child == 0) {
    printf("child %u\n", alarm(40));
    execl(arguments[0], arguments[0], "again", NULL);
  }
  wait_for("child", child);
  SHOW(getitimer(ITIMER_REAL, &old) == 0 && old.it_value.tv_sec > 50 && old.it_value.tv_sec < 100);
  setitimer(ITIMER_REAL, &(struct itimerval){{0, 500}, {0, 1000}}, NULL);
  while (alarms < 5) pause();
  SHOW(getitimer(ITIMER_REAL, &old));
  SHOW(old.it_interval.tv_usec);
  no_alarms();
  alarms = 0;
  setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 1}}, NULL);
  while (!alarms) continue;
  SHOW(getitimer(ITIMER_REAL, &old));
  printf("%ld %ld\n", (long)old.it_value.tv_sec, (long)old.it_value.tv_usec);
  return 0;
}
