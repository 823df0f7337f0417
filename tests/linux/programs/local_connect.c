// Connecting AF_UNIX streams: who may, who is there, what both sides are called.
#include "sockets.h"

static void without_rights(void) {
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  SHOW(connect_path(fd, "socket"));
}

int main(void) {
  enter_fresh_directory();
  int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  SHOW(listen(listener, 5));
  bind_path(listener, "socket");
  int client = socket(AF_UNIX, SOCK_STREAM, 0);
  SHOW(connect_path(client, "missing"));
  make_file("file", "");
  SHOW(connect_path(client, "file"));
  SHOW(connect_path(client, "socket"));
  SHOW(listen(listener, 5));
  SHOW(accept(client, NULL, NULL));
  SHOW(fcntl(listener, F_SETFL, O_NONBLOCK));
  SHOW(accept(listener, NULL, NULL));
  show_ready("listening", listener);
  SHOW(connect_path(client, "socket"));
  show_ready("called", listener);
  SHOW(connect_path(client, "socket"));
  SHOW(connect_path(listener, "socket"));
  SHOW(write(client, "early", 5));
  struct sockaddr_un address;
  socklen_t size = sizeof address;
  int server = accept(listener, (struct sockaddr*)&address, &size);
  show_local_address("client", &address, size);
  size = sizeof address;
  getsockname(server, (struct sockaddr*)&address, &size);
  show_local_address("server", &address, size);
  size = sizeof address;
  getpeername(client, (struct sockaddr*)&address, &size);
  show_local_address("peer", &address, size);
  show_read("early", server);
  SHOW(getpeername(listener, (struct sockaddr*)&address, &size));
  SHOW(listen(server, 1));
  SHOW(sendto(client, "x", 1, 0, (struct sockaddr*)&address, sizeof address));
  chmod("socket", 0400);
  as_user(1234, without_rights);
  close(listener);
  SHOW(connect_path(socket(AF_UNIX, SOCK_STREAM, 0), "socket"));
  SHOW(write(client, "still", 5));
  show_read("still", server);
  return 0;
}
