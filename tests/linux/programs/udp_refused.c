// Datagrams to a port that nobody has.
#include "sockets.h"

int main(void) {
  int a = socket(AF_INET, SOCK_DGRAM, 0), b = socket(AF_INET, SOCK_DGRAM, 0);
  bind_inet(b, "127.0.0.1", 0);
  int port = port_of(b);
  SHOW(connect_inet(a, "127.0.0.1", port));
  close(b);
  SHOW(send(a, "x", 1, 0));
  show_ready("refused", a);
  SHOW(send(a, "x", 1, 0));
  show_ready("told", a);
  SHOW(send(a, "x", 1, 0));
  char c;
  SHOW(recv(a, &c, 1, 0));
  SHOW(send(a, "x", 1, 0));
  printf("%d\n", option_of(a, SOL_SOCKET, SO_ERROR) == ECONNREFUSED);
  SHOW(recv(a, &c, 1, MSG_DONTWAIT));
  int d = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in to = inet_address("127.0.0.1", port);
  SHOW(sendto(d, "x", 1, 0, (struct sockaddr*)&to, sizeof to));
  SHOW(sendto(d, "x", 1, 0, (struct sockaddr*)&to, sizeof to));
  SHOW(recv(d, &c, 1, MSG_DONTWAIT));
  return 0;
}
