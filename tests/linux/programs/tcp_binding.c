// Who may have which port.
#include "sockets.h"

static int fresh(int type) { return socket(AF_INET, type, 0); }

static void unprivileged(void) { SHOW(bind_inet(fresh(SOCK_STREAM), "127.0.0.1", 80)); }

int main(void) {
  int one = fresh(SOCK_STREAM);
  bind_inet(one, "127.0.0.1", 0);
  int port = port_of(one);
  SHOW(bind_inet(fresh(SOCK_STREAM), "127.0.0.1", port));
  SHOW(bind_inet(fresh(SOCK_STREAM), "0.0.0.0", port));
  SHOW(bind_inet(fresh(SOCK_DGRAM), "127.0.0.1", port));
  SHOW(bind_inet(fresh(SOCK_STREAM), "192.0.2.1", 0));
  int other = fresh(SOCK_STREAM);
  set_option(other, SOL_SOCKET, SO_REUSEADDR, 1);
  SHOW(bind_inet(other, "127.0.0.1", port));
  close(one);
  one = fresh(SOCK_STREAM);
  set_option(one, SOL_SOCKET, SO_REUSEADDR, 1);
  SHOW(bind_inet(one, "127.0.0.1", port));
  SHOW(bind_inet(other, "127.0.0.1", port));
  SHOW(listen(one, 1));
  SHOW(listen(other, 1));
  close(one), close(other);
  int shared[2] = {fresh(SOCK_STREAM), fresh(SOCK_STREAM)};
  set_option(shared[0], SOL_SOCKET, SO_REUSEPORT, 1);
  set_option(shared[1], SOL_SOCKET, SO_REUSEPORT, 1);
  SHOW(bind_inet(shared[0], "127.0.0.1", 0));
  SHOW(bind_inet(shared[1], "127.0.0.1", port_of(shared[0])));
  SHOW(listen(shared[0], 1));
  SHOW(listen(shared[1], 1));
  as_user(1234, unprivileged);
  // listen() without bind() takes a port.
  int third = fresh(SOCK_STREAM);
  SHOW(listen(third, 1));
  show_own_address("third", third);
  SHOW(connect_inet(fresh(SOCK_STREAM), "127.0.0.1", port_of(third)));
  struct sockaddr_in6 six = inet6_address("::1", 0);
  SHOW(bind(fresh(SOCK_STREAM), (struct sockaddr*)&six, sizeof six));
  SHOW(bind(fresh(SOCK_STREAM), (struct sockaddr*)&six, 4));
  struct sockaddr_in any = {.sin_family = AF_UNSPEC};
  SHOW(bind(fresh(SOCK_STREAM), (struct sockaddr*)&any, sizeof any));
  return 0;
}
