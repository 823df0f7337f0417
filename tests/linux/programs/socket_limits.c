// Buffers fill up, and empty again.
#include "sockets.h"

static void fill(const char* who, int ends[2]) {
  static char text[8192];
  long total = 0, back = 0;
  ssize_t got;
  while ((got = send(ends[0], text, sizeof text, MSG_DONTWAIT)) > 0) total += got;
  printf("%s: %s, some %d\n", who, error_name(errno), total > 4096);
  show_ready(who, ends[0]);
  int queued = 0;
  ioctl(ends[1], FIONREAD, &queued);
  while ((got = recv(ends[1], text, sizeof text, MSG_DONTWAIT)) > 0) back += got;
  printf("%s: %s, all back %d\n", who, error_name(errno), total == back);
  show_ready(who, ends[0]);
  ioctl(ends[0], TIOCOUTQ, &queued);
  printf("%s: %d left\n", who, queued);
}

int main(void) {
  int ends[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  fill("stream", ends);
  socketpair(AF_UNIX, SOCK_DGRAM, 0, ends);
  fill("datagrams", ends);
  socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends);
  fill("packets", ends);
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  set_option(ends[0], SOL_SOCKET, SO_SNDBUF, 20000);
  fill("small", ends);
  return 0;
}
