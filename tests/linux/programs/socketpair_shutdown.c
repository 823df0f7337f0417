// shutdown() of each direction, and what both ends see.
#include "sockets.h"

static void try_type(int type) {
  int ends[2];
  printf("type %d\n", type);
  socketpair(AF_UNIX, type, 0, ends);
  send(ends[0], "before", 6, 0);
  SHOW(shutdown(ends[0], SHUT_WR));
  show_ready("own", ends[0]);
  show_ready("peer", ends[1]);
  SHOW(send(ends[0], "x", 1, MSG_NOSIGNAL));
  show_read("before", ends[1]);
  if (type != SOCK_DGRAM) show_read("end", ends[1]);
  SHOW(send(ends[1], "back", 4, MSG_NOSIGNAL));
  show_read("back", ends[0]);
  SHOW(shutdown(ends[0], SHUT_RD));
  show_ready("own", ends[0]);
  show_ready("peer", ends[1]);
  SHOW(send(ends[1], "more", 4, MSG_NOSIGNAL));
  show_read("own end", ends[0]);
  SHOW(shutdown(ends[0], SHUT_RDWR));
  close(ends[0]);
  close(ends[1]);
}

int main(void) {
  try_type(SOCK_STREAM);
  try_type(SOCK_SEQPACKET);
  try_type(SOCK_DGRAM);
  int alone = socket(AF_UNIX, SOCK_STREAM, 0);
  SHOW(shutdown(alone, SHUT_RDWR));
  return 0;
}
