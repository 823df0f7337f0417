// How much a pipe holds, what a full one says, and changing its size.
#include <poll.h>
#include <sys/ioctl.h>
#include "results.h"
static char data[1 << 20];
static void user(void) {
  int fds[2];
  pipe(fds);
  SHOW(fcntl(fds[0], F_SETPIPE_SZ, 1 << 20));
  SHOW(fcntl(fds[0], F_SETPIPE_SZ, (1 << 20) + 1));
}
int main(void) {
  int fds[2], available;
  pipe2(fds, O_NONBLOCK);
  SHOW(fcntl(fds[0], F_GETPIPE_SZ));
  SHOW(write(fds[1], data, sizeof data));
  SHOW(write(fds[1], data, 1));
  ioctl(fds[0], FIONREAD, &available);
  SHOW(available);
  struct pollfd ask = {fds[1], POLLOUT};
  SHOW(poll(&ask, 1, 0));
  SHOW(read(fds[0], data, 4095));
  SHOW(poll(&ask, 1, 0));
  SHOW(read(fds[0], data, 1));
  SHOW(poll(&ask, 1, 0));
  SHOW(write(fds[1], data, 4097));
  SHOW(fcntl(fds[0], F_SETPIPE_SZ, 4096));
  SHOW(fcntl(fds[1], F_SETPIPE_SZ, 100000));
  SHOW(write(fds[1], data, sizeof data));
  SHOW(read(fds[0], data, sizeof data));
  SHOW(fcntl(fds[0], F_SETPIPE_SZ, 1));
  SHOW(fcntl(fds[0], F_SETPIPE_SZ, 0));
  SHOW(fcntl(fds[0], F_SETPIPE_SZ, -1));
  SHOW(write(fds[1], data, 4096));
  SHOW(write(fds[1], data, 4096));
  SHOW(read(fds[0], data, 10000));
  as_user(1000, user);
  return 0;
}
