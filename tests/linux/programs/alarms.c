// alarm and setitimer.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
static volatile int count;
static void handler(int signal) { count += signal == SIGALRM; }
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  signal(SIGALRM, handler);
  struct itimerval timer = {{0, 5000}, {0, 10000}}, old;
  printf("%d\n", setitimer(ITIMER_REAL, &timer, 0));
  while (count < 5) pause();
  memset(&timer, 0, sizeof timer);
  setitimer(ITIMER_REAL, &timer, &old);
  printf("%d %ld\n", count >= 5, (long)old.it_interval.tv_usec);
  printf("%u\n", alarm(100));
  printf("%d\n", alarm(0) > 50);
  if (fork() == 0) {
    signal(SIGALRM, SIG_DFL);
    alarm(1);
    for (;;) pause();
  }
  int status;
  wait(&status);
  printf("signal %d\n", WTERMSIG(status));
  timer.it_value.tv_usec = 1000000;
  int result = setitimer(ITIMER_REAL, &timer, 0);
  printf("%d %s\n", result, strerror(errno));
  return 0;
}
