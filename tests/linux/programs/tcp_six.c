// TCP over IPv6, and IPv4 by way of it.
#include "sockets.h"

static int listen_six(const char* address, int only) {
  int fd = socket(AF_INET6, SOCK_STREAM, 0);
  struct sockaddr_in6 own = inet6_address(address, 0);
  set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, only);
  if (bind(fd, (struct sockaddr*)&own, sizeof own) || listen(fd, 5)) exit(93);
  return fd;
}

int main(void) {
  int listener = listen_six("::1", 0);
  show_own_address("listener", listener);
  int client = socket(AF_INET6, SOCK_STREAM, 0);
  struct sockaddr_in6 to = inet6_address("::1", port_of(listener));
  SHOW(connect(client, (struct sockaddr*)&to, sizeof to));
  show_own_address("client", client);
  int server = accept(listener, NULL, NULL);
  show_peer_address("server's peer", server);
  write(client, "six", 3);
  show_read("server", server);
  SHOW(connect_inet(socket(AF_INET, SOCK_STREAM, 0), "127.0.0.1", port_of(listener)));
  // Any address takes IPv4 too, unless it is told not to.
  listener = listen_six("::", 0);
  int four = socket(AF_INET, SOCK_STREAM, 0);
  SHOW(connect_inet(four, "127.0.0.1", port_of(listener)));
  server = accept(listener, NULL, NULL);
  show_own_address("server", server);
  show_peer_address("server's peer", server);
  int mapped = socket(AF_INET6, SOCK_STREAM, 0);
  to = inet6_address("::ffff:127.0.0.1", port_of(listener));
  SHOW(connect(mapped, (struct sockaddr*)&to, sizeof to));
  show_own_address("mapped", mapped);
  SHOW(bind_inet(socket(AF_INET, SOCK_STREAM, 0), "127.0.0.1", port_of(listener)));
  listener = listen_six("::", 1);
  SHOW(connect_inet(socket(AF_INET, SOCK_STREAM, 0), "127.0.0.1", port_of(listener)));
  SHOW(bind_inet(socket(AF_INET, SOCK_STREAM, 0), "127.0.0.1", port_of(listener)));
  int only = socket(AF_INET6, SOCK_STREAM, 0);
  set_option(only, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  SHOW(bind(only, (struct sockaddr*)&to, sizeof to));
  SHOW(connect(only, (struct sockaddr*)&to, sizeof to));
  SHOW(connect(only, (struct sockaddr*)&to, 20));
  return 0;
}
