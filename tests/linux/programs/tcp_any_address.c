// 0.0.0.0 as an address to listen on and to connect to.
#include "sockets.h"

int main(void) {
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  SHOW(bind_inet(listener, "0.0.0.0", 0));
  SHOW(listen(listener, 5));
  show_own_address("listener", listener);
  int client = socket(AF_INET, SOCK_STREAM, 0);
  SHOW(connect_inet(client, "0.0.0.0", port_of(listener)));
  show_peer_address("client's peer", client);
  int server = accept(listener, NULL, NULL);
  show_own_address("server", server);
  int far = socket(AF_INET, SOCK_STREAM, 0);
  SHOW(connect_inet(far, "127.1.2.3", port_of(listener)));
  show_peer_address("far's peer", far);
  server = accept(listener, NULL, NULL);
  show_own_address("server", server);
  show_peer_address("server's peer", server);
  int bound = socket(AF_INET, SOCK_STREAM, 0);
  SHOW(bind_inet(bound, "127.0.0.5", 0));
  SHOW(connect_inet(bound, "127.0.0.1", port_of(listener)));
  show_peer_address("server's peer", accept(listener, NULL, NULL));
  return 0;
}
