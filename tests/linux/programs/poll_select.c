// poll, ppoll and select on pipes.
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>
static volatile int caught;
static void handler(int signal) { caught = signal; }
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  int ends[2];
  pipe(ends);
  struct pollfd fds[3] = {{ends[0], POLLIN, 0}, {ends[1], POLLOUT, 0}, {-1, POLLIN, 9}};
  printf("%d", poll(fds, 3, 0));
  printf(" %x %x %x\n", fds[0].revents, fds[1].revents, fds[2].revents);
  printf("%d\n", poll(fds, 1, 20));
  if (fork() == 0) {
    usleep(20000);
    write(ends[1], "x", 1);
    _exit(0);
  }
  printf("%d", poll(fds, 1, -1));
  printf(" %x\n", fds[0].revents);
  wait(0);
  fd_set set;
  FD_ZERO(&set);
  FD_SET(ends[0], &set);
  struct timeval zero = {0, 0};
  printf("%d", select(ends[0] + 1, &set, 0, 0, &zero));
  printf(" %d\n", FD_ISSET(ends[0], &set) != 0);
  char c;
  read(ends[0], &c, 1);
  close(ends[1]);
  printf("%d", poll(fds, 1, -1));
  printf(" %x\n", fds[0].revents);
  fds[0].fd = 99;
  printf("%d", poll(fds, 1, 0));
  printf(" %x\n", fds[0].revents);
  FD_SET(60, &set);
  int result = select(61, &set, 0, 0, &zero);
  printf("%d %s\n", result, strerror(errno));
  signal(SIGALRM, handler);
  pipe(ends);
  fds[0].fd = ends[0];
  pid_t parent = getpid();
  if (fork() == 0) {
    usleep(20000);
    kill(parent, SIGALRM);
    _exit(0);
  }
  result = poll(fds, 1, -1);
  printf("%d %s %d\n", result, strerror(errno), caught);
  wait(0);
  sigset_t block, open;
  sigemptyset(&block), sigaddset(&block, SIGALRM), sigemptyset(&open);
  sigprocmask(SIG_BLOCK, &block, 0);
  caught = 0;
  raise(SIGALRM);
  result = ppoll(fds, 1, 0, &open);
  printf("%d %s %d\n", result, strerror(errno), caught);
  return 0;
}
