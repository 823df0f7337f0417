// SOCK_NONBLOCK and SOCK_CLOEXEC, accept4() and fcntl().
#include "sockets.h"

static void show_flags(const char* who, int fd) {
  printf("%s: %d %d\n", who, !!(fcntl(fd, F_GETFL) & O_NONBLOCK), fcntl(fd, F_GETFD));
}

int main(void) {
  enter_fresh_directory();
  int ends[2];
  socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends);
  show_flags("pair", ends[0]);
  show_flags("pair", ends[1]);
  printf("%d\n", (fcntl(ends[0], F_GETFL) & O_ACCMODE) == O_RDWR);
  SHOW(read(ends[0], ends, 1));
  SHOW(fcntl(ends[0], F_SETFL, 0));
  show_flags("blocking", ends[0]);
  int on = 1;
  SHOW(ioctl(ends[0], FIONBIO, &on));
  show_flags("not again", ends[0]);
  int listener = listen_path(SOCK_STREAM | SOCK_NONBLOCK, "socket", 5);
  for (int i = 0; i < 4; ++i) connect_path(socket(AF_UNIX, SOCK_STREAM, 0), "socket");
  show_flags("accept", accept(listener, NULL, NULL));
  show_flags("accept4", accept4(listener, NULL, NULL, 0));
  show_flags("non-blocking", accept4(listener, NULL, NULL, SOCK_NONBLOCK));
  show_flags("close-on-exec", accept4(listener, NULL, NULL, SOCK_CLOEXEC));
  SHOW(accept4(listener, NULL, NULL, 1));
  SHOW(accept(listener, NULL, NULL));
  int copy = dup(ends[1]);
  close(ends[1]);
  SHOW(write(ends[0], "x", 1));
  show_read("copy", copy);
  return 0;
}
