// Connections that end badly: SO_LINGER of 0, unread data, writing to nobody.
#include "sockets.h"

static void settle(void) { usleep(20000); }

int main(void) {
  int ends[2];
  signal(SIGPIPE, SIG_IGN);
  tcp_pair(ends);
  struct linger now = {1, 0};
  setsockopt(ends[1], SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close(ends[1]);
  settle();
  show_ready("reset", ends[0]);
  show_read("reset", ends[0]);
  show_read("then", ends[0]);
  SHOW(write(ends[0], "x", 1));
  show_peer_address("peer", ends[0]);
  tcp_pair(ends);
  write(ends[0], "unread", 6);
  settle();
  close(ends[1]);
  settle();
  SHOW(write(ends[0], "x", 1));
  SHOW(write(ends[0], "x", 1));
  tcp_pair(ends);
  close(ends[1]);
  settle();
  show_ready("finished", ends[0]);
  SHOW(write(ends[0], "x", 1));
  settle();
  show_ready("after writing", ends[0]);
  SHOW(write(ends[0], "x", 1));
  show_read("end", ends[0]);
  // What was sent before is there still.
  tcp_pair(ends);
  write(ends[1], "last words", 10);
  close(ends[1]);
  settle();
  show_read("last", ends[0]);
  show_read("end", ends[0]);
  return 0;
}
