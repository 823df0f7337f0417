// Connecting without waiting: EINPROGRESS, and what becomes of it.
#include "sockets.h"

static void wait_until_ready(int fd) {
  struct pollfd one = {fd, POLLOUT, 0};
  poll(&one, 1, 2000);
}

int main(void) {
  int listener = listen_inet(5), port = port_of(listener);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  SHOW(connect_inet(fd, "127.0.0.1", port));
  wait_until_ready(fd);
  show_ready("connected", fd);
  printf("%d\n", option_of(fd, SOL_SOCKET, SO_ERROR));
  SHOW(connect_inet(fd, "127.0.0.1", port));
  SHOW(connect_inet(fd, "127.0.0.1", port));
  char c;
  SHOW(read(fd, &c, 1));
  int server = accept(listener, NULL, NULL);
  write(server, "x", 1);
  SHOW(read(fd, &c, 1));
  close(listener);
  int refused = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  SHOW(connect_inet(refused, "127.0.0.1", port));
  wait_until_ready(refused);
  show_ready("refused", refused);
  printf("%d\n", option_of(refused, SOL_SOCKET, SO_ERROR) == ECONNREFUSED);
  printf("%d\n", option_of(refused, SOL_SOCKET, SO_ERROR));
  refused = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  SHOW(connect_inet(refused, "127.0.0.1", port));
  wait_until_ready(refused);
  SHOW(connect_inet(refused, "127.0.0.1", port));
  return 0;
}
