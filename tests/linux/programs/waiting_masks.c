// ppoll and pselect open the mask only while they wait: the signal comes then, and never between.
#include <poll.h>
#include <sys/select.h>
#include "results.h"
static volatile int caught;
static void on_signal(int number) { ++caught; }
int main(void) {
  sigset_t blocked, open_set, now;
  sigemptyset(&blocked), sigaddset(&blocked, SIGUSR1), sigemptyset(&open_set);
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  sigaction(SIGUSR1, &action, NULL);
  sigprocmask(SIG_BLOCK, &blocked, NULL);
  kill(getpid(), SIGUSR1);
  SHOW(caught);
  SHOW(ppoll(NULL, 0, NULL, &open_set));
  SHOW(caught);
  kill(getpid(), SIGUSR1);
  SHOW(pselect(0, NULL, NULL, NULL, NULL, &open_set));
  SHOW(caught);
  kill(getpid(), SIGUSR1);
  SHOW(ppoll(NULL, 0, &(struct timespec){0, 0}, &open_set));
  SHOW(caught);
  SHOW(ppoll(NULL, 0, &(struct timespec){0, 0}, NULL));
  SHOW(caught);
  int fds[2];
  pipe(fds), write(fds[1], "x", 1);
  struct pollfd ask = {fds[0], POLLIN};
  kill(getpid(), SIGUSR1);
  SHOW(ppoll(&ask, 1, NULL, &open_set));  // What is ready wins, and the signal stays pending.
  SHOW(caught);
  sigprocmask(SIG_BLOCK, NULL, &now);
  SHOW(sigismember(&now, SIGUSR1));
  SHOW(syscall(SYS_ppoll, NULL, 0, NULL, &open_set, 4));
  SHOW(syscall(SYS_ppoll, NULL, 0, NULL, BAD_POINTER, 8));
  SHOW(syscall(SYS_ppoll, NULL, 0, &(struct timespec){0, -1}, NULL, 8));
  SHOW(syscall(SYS_ppoll, NULL, 0, BAD_POINTER, NULL, 8));
  return 0;
}
