// What poll says of pipes in each state, of files, and of numbers that are no descriptors.
#include <poll.h>
#include <sys/resource.h>
#include "results.h"
static void show_events(const char* what, int fd, int events) {
  struct pollfd ask = {fd, events, -1};
  int count = poll(&ask, 1, 0);
  printf("%s: %d%s%s%s%s%s\n", what, count, ask.revents & POLLIN ? " in" : "",
         ask.revents & POLLOUT ? " out" : "", ask.revents & POLLHUP ? " hup" : "",
         ask.revents & POLLERR ? " err" : "", ask.revents & POLLNVAL ? " nval" : "");
}
int main(void) {
  enter_fresh_directory();
  int fds[2];
  pipe(fds);
  show_events("empty, reading", fds[0], POLLIN);
  show_events("empty, writing", fds[1], POLLOUT);
  show_events("wrong way", fds[0], POLLOUT);
  write(fds[1], "x", 1);
  show_events("filled, reading", fds[0], POLLIN | POLLOUT);
  show_events("filled, nothing asked", fds[0], 0);
  close(fds[1]);
  show_events("filled, no writer", fds[0], POLLIN);
  read(fds[0], &(char){0}, 1);
  show_events("empty, no writer", fds[0], POLLIN);
  show_events("nothing asked, no writer", fds[0], 0);
  pipe(fds), close(fds[0]);
  show_events("no reader", fds[1], POLLOUT);
  show_events("closed", fds[0], POLLIN);
  show_events("negative", -1, POLLIN);
  show_events("file", open("file", O_RDWR | O_CREAT, 0600), POLLIN | POLLOUT);
  show_events("directory", open(".", O_RDONLY), POLLIN | POLLOUT);
  show_events("path", open(".", O_PATH), POLLIN);
  struct pollfd two[2] = {{fds[1], POLLOUT}, {1000, POLLIN}};
  SHOW(poll(two, 2, -1));
  SHOW(poll(NULL, 0, 0));
  SHOW(poll(NULL, 0, 1));
  SHOW(syscall(SYS_poll, BAD_POINTER, 1, 0));
  setrlimit(RLIMIT_NOFILE, &(struct rlimit){16, 16});
  SHOW(syscall(SYS_poll, two, 17, 0));
  SHOW(syscall(SYS_poll, two, 0x80000000U, 0));
  return 0;
}
