// epoll_pwait: signals while waiting.
#define _GNU_SOURCE
#include <signal.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "results.h"

static volatile int caught;
static void handler(int signal) { caught = signal; }
int main(void) {
  int ends[2];
  pipe(ends);
  int epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN}, out[2];
  epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event);
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, 0);
  sigaction(SIGUSR1, &action, 0);
  ualarm(20000, 20000);  // again and again: on a slow machine the first may come before the wait
  SHOW(epoll_wait(epoll, out, 2, -1));
  ualarm(0, 0);
  printf("caught %d\n", caught);
  sigset_t blocked, none;
  sigemptyset(&none);
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  sigprocmask(SIG_BLOCK, &blocked, 0);
  raise(SIGUSR1);
  caught = 0;
  SHOW(epoll_wait(epoll, out, 2, 10));
  printf("caught %d\n", caught);
  SHOW(epoll_pwait(epoll, out, 2, -1, &none));
  printf("caught %d\n", caught);
  raise(SIGUSR1);
  caught = 0;
  write(ends[1], "x", 1);
  SHOW(epoll_pwait(epoll, out, 2, -1, &blocked));
  printf("caught %d\n", caught);
  SHOW(syscall(SYS_epoll_pwait, epoll, out, 2, 0, &none, 4));
  struct timespec brief = {0, 5000000}, wrong = {0, 2000000000};
  char c;
  read(ends[0], &c, 1);
  SHOW(syscall(SYS_epoll_pwait2, epoll, out, 2, &brief, 0, 0));
  SHOW(syscall(SYS_epoll_pwait2, epoll, out, 2, &wrong, 0, 0));
  sigset_t now;
  sigprocmask(SIG_BLOCK, 0, &now);
  printf("%d\n", sigismember(&now, SIGUSR1));
}
