// An end that is closed with something unread resets the other.
#include "sockets.h"

int main(void) {
  int ends[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  write(ends[0], "unread", 6);
  write(ends[1], "sent", 4);
  close(ends[1]);
  show_ready("after", ends[0]);
  show_read("sent", ends[0]);
  show_read("reset", ends[0]);
  show_read("then", ends[0]);
  SHOW(send(ends[0], "x", 1, MSG_NOSIGNAL));
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  write(ends[0], "unread", 6);
  close(ends[1]);
  printf("%d\n", option_of(ends[0], SOL_SOCKET, SO_ERROR) == ECONNRESET);
  printf("%d\n", option_of(ends[0], SOL_SOCKET, SO_ERROR));
  show_read("then", ends[0]);
  return 0;
}
