// select() on sockets.
#include <sys/select.h>
#include "sockets.h"

static void show(const char* who, int read_fd, int write_fd) {
  fd_set in, out;
  FD_ZERO(&in);
  FD_ZERO(&out);
  FD_SET(read_fd, &in);
  FD_SET(write_fd, &out);
  struct timeval zero = {0, 0};
  int most = read_fd > write_fd ? read_fd : write_fd;
  int count = select(most + 1, &in, &out, NULL, &zero);
  printf("%s: %d, in %d, out %d\n", who, count, FD_ISSET(read_fd, &in), FD_ISSET(write_fd, &out));
}

int main(void) {
  int ends[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  show("fresh", ends[0], ends[1]);
  char text[4096] = {0};
  while (send(ends[1], text, sizeof text, MSG_DONTWAIT) > 0) {
  }
  show("full", ends[0], ends[1]);
  while (recv(ends[0], text, sizeof text, MSG_DONTWAIT) > 0) {
  }
  show("emptied", ends[0], ends[1]);
  close(ends[1]);
  show("closed", ends[0], ends[0]);
  int listener = listen_inet(1);
  show("listener", listener, listener);
  int client = socket(AF_INET, SOCK_STREAM, 0);
  connect_inet(client, "127.0.0.1", port_of(listener));
  show("called", listener, client);
  return 0;
}
