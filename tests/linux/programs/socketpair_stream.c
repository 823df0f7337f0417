// A pair of AF_UNIX streams: order, ends, readiness.
#include "sockets.h"

int main(void) {
  int ends[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  show_ready("fresh", ends[0]);
  SHOW(write(ends[0], "hello ", 6));
  SHOW(write(ends[0], "world", 5));
  show_ready("with data", ends[1]);
  int count = 0;
  SHOW(ioctl(ends[1], FIONREAD, &count));
  printf("%d bytes\n", count);
  show_read("both", ends[1]);
  char part[4] = {0};
  write(ends[0], "abcdef", 6);
  SHOW(read(ends[1], part, 3));
  printf("%s\n", part);
  show_read("rest", ends[1]);
  SHOW(recv(ends[1], part, 1, MSG_DONTWAIT));
  SHOW(write(ends[0], "", 0));
  SHOW(recv(ends[1], part, 1, MSG_DONTWAIT));
  write(ends[0], "last", 4);
  close(ends[0]);
  show_ready("closed", ends[1]);
  show_read("last", ends[1]);
  show_read("end", ends[1]);
  show_read("end again", ends[1]);
  SHOW(send(ends[1], "x", 1, MSG_NOSIGNAL));
  show_ready("at the end", ends[1]);
  return 0;
}
