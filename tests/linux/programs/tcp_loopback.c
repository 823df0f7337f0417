// A TCP connection on the loopback device, from beginning to end.
#include "sockets.h"

int main(void) {
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  show_ready("unconnected", listener);
  SHOW(bind_inet(listener, "127.0.0.1", 0));
  SHOW(bind_inet(listener, "127.0.0.1", 0));
  SHOW(listen(listener, 4));
  show_own_address("listener", listener);
  show_ready("listening", listener);
  printf("%d\n", option_of(listener, SOL_SOCKET, SO_ACCEPTCONN));
  int client = socket(AF_INET, SOCK_STREAM, 0);
  SHOW(connect_inet(client, "127.0.0.1", port_of(listener)));
  show_own_address("client", client);
  show_peer_address("client's peer", client);
  show_ready("called", listener);
  struct sockaddr_in from;
  socklen_t size = sizeof from;
  int server = accept(listener, (struct sockaddr*)&from, &size);
  show_inet_address("accepted", &from, size);
  printf("%d %d\n", ntohs(from.sin_port) == port_of(client), port_of(server) == port_of(listener));
  show_own_address("server", server);
  show_peer_address("server's peer", server);
  show_ready("client", client);
  SHOW(connect_inet(client, "127.0.0.1", port_of(listener)));
  SHOW(write(client, "request", 7));
  show_read("server", server);
  SHOW(send(server, "answer", 6, 0));
  show_read("client", client);
  SHOW(shutdown(client, SHUT_WR));
  show_ready("client", client);
  show_ready("server", server);
  show_read("server", server);
  SHOW(write(server, "more", 4));
  show_read("client", client);
  SHOW(send(client, "x", 1, MSG_NOSIGNAL));
  SHOW(close(server));
  show_read("client", client);
  show_ready("client", client);
  SHOW(getpeername(client, (struct sockaddr*)&from, &size));
  SHOW(listen(client, 1));
  SHOW(shutdown(client, SHUT_RD));
  return 0;
}
