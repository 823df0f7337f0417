// Connecting to a port that nobody listens on.
#include "sockets.h"

int main(void) {
  int listener = listen_inet(1);
  int port = port_of(listener);
  close(listener);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  SHOW(connect_inet(fd, "127.0.0.1", port));
  SHOW(connect_inet(fd, "127.0.0.1", port));
  printf("%d\n", option_of(fd, SOL_SOCKET, SO_ERROR));
  SHOW(send(fd, "x", 1, MSG_NOSIGNAL));
  char c;
  SHOW(recv(fd, &c, 1, 0));
  SHOW(shutdown(fd, SHUT_RDWR));
  show_peer_address("peer", fd);
  // Bound, but not listening.
  int bound = socket(AF_INET, SOCK_STREAM, 0);
  bind_inet(bound, "127.0.0.1", 0);
  SHOW(connect_inet(fd, "127.0.0.1", port_of(bound)));
  SHOW(accept(bound, NULL, NULL));
  struct sockaddr_in to = inet_address("127.0.0.1", port);
  SHOW(connect(fd, (struct sockaddr*)&to, 8));
  to.sin_family = AF_UNIX;
  SHOW(connect(fd, (struct sockaddr*)&to, sizeof to));
  SHOW(connect(fd, BAD_POINTER, sizeof to));
  return 0;
}
