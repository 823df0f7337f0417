// Who writes to nobody gets SIGPIPE, unless it says not to, or it writes datagrams.
#include "sockets.h"

static int caught;
static void note(int number) { ++caught; }

int main(void) {
  int ends[2];
  signal(SIGPIPE, note);
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  close(ends[1]);
  SHOW(write(ends[0], "x", 1));
  SHOW(send(ends[0], "x", 1, 0));
  SHOW(send(ends[0], "x", 1, MSG_NOSIGNAL));
  printf("caught %d\n", caught);
  struct iovec vector = {"x", 1};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  SHOW(sendmsg(ends[0], &message, 0));
  SHOW(sendmsg(ends[0], &message, MSG_NOSIGNAL));
  SHOW(writev(ends[0], &vector, 1));
  printf("caught %d\n", caught);
  socketpair(AF_UNIX, SOCK_DGRAM, 0, ends);
  shutdown(ends[0], SHUT_WR);
  SHOW(write(ends[0], "x", 1));
  socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends);
  close(ends[1]);
  SHOW(write(ends[0], "x", 1));
  SHOW(send(ends[0], "x", 1, 0));
  printf("caught %d\n", caught);
  return 0;
}
