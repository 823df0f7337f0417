// Waits with a limit: none ends before its time, and each says that it has passed.
#include <poll.h>
#include <sys/select.h>
#include <time.h>
#include "results.h"
static struct timespec begin;
static void start(void) { clock_gettime(CLOCK_MONOTONIC, &begin); }
static const char* enough(void) {
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  long passed = (end.tv_sec - begin.tv_sec) * 1000000000 + end.tv_nsec - begin.tv_nsec;
  return passed >= 2000000 ? "long enough" : "too short";
}
#define TRY(call) (start(), SHOW(call), puts(enough()))
int main(void) {
  struct timespec limit = {0, 2000000};
  struct timeval value = {0, 2000};
  int fds[2], word = 0;
  fd_set set;
  sigset_t signals;
  pipe(fds);
  FD_ZERO(&set);
  FD_SET(fds[0], &set);
  sigemptyset(&signals), sigaddset(&signals, SIGUSR1);
  TRY(poll(&(struct pollfd){fds[0], POLLIN}, 1, 2));
  TRY(ppoll(&(struct pollfd){fds[0], POLLIN}, 1, &limit, NULL));
  TRY(select(fds[0] + 1, &set, NULL, NULL, &value));
  SHOW(FD_ISSET(fds[0], &set) != 0);
  TRY(pselect(0, NULL, NULL, NULL, &limit, NULL));
  TRY(nanosleep(&limit, NULL));
  TRY(usleep(2000));
  TRY(syscall(SYS_futex, &word, 0, 0, &limit, NULL, 0));
  TRY(syscall(SYS_rt_sigtimedwait, &signals, NULL, &limit, 8));
  return 0;
}
