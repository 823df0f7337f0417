// Files in a stream of bytes: what one read takes together, and peeking at files.
#include "sockets.h"

int main(void) {
  int ends[2], got[4], fd[1] = {1};
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  write(ends[0], "plain ", 6);
  send_fds(ends[0], "first", fd, 1);
  send_fds(ends[0], "second", fd, 1);
  write(ends[0], " tail", 5);
  receive_fds(ends[1], 0, got, 4);
  receive_fds(ends[1], 0, got, 4);
  receive_fds(ends[1], 0, got, 4);
  send_fds(ends[0], "peeked", fd, 1);
  SHOW(receive_fds(ends[1], MSG_PEEK, got, 4) == 1 && write(got[0], "", 0) == 0);
  SHOW(receive_fds(ends[1], 0, got, 4) == 1 && write(got[0], "", 0) == 0);
  socketpair(AF_UNIX, SOCK_DGRAM, 0, ends);
  send_fds(ends[0], "datagram", fd, 1);
  receive_fds(ends[1], MSG_PEEK, got, 4);
  receive_fds(ends[1], 0, got, 4);
  socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends);
  send_fds(ends[0], "packet", fd, 1);
  receive_fds(ends[1], 0, got, 4);
  return 0;
}
