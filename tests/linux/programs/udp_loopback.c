// UDP on the loopback device.
#include "sockets.h"

int main(void) {
  int a = socket(AF_INET, SOCK_DGRAM, 0), b = socket(AF_INET, SOCK_DGRAM, 0);
  show_own_address("unbound", a);
  SHOW(bind_inet(b, "127.0.0.1", 0));
  show_own_address("bound", b);
  struct sockaddr_in to = inet_address("127.0.0.1", port_of(b));
  SHOW(sendto(a, "hello", 5, 0, (struct sockaddr*)&to, sizeof to));
  show_own_address("after sending", a);
  char text[16] = {0};
  struct sockaddr_in from;
  socklen_t size = sizeof from;
  SHOW(recvfrom(b, text, 16, 0, (struct sockaddr*)&from, &size));
  printf("%s %d\n", text, ntohs(from.sin_port) == port_of(a));
  show_inet_address("from", &from, size);
  SHOW(send(a, "x", 1, 0));
  SHOW(sendto(a, "", 0, 0, (struct sockaddr*)&to, sizeof to));
  show_ready("empty", b);
  SHOW(recv(b, text, 16, 0));
  SHOW(recv(b, text, 16, MSG_DONTWAIT));
  SHOW(connect(a, (struct sockaddr*)&to, sizeof to));
  show_own_address("connected", a);
  show_peer_address("peer", a);
  SHOW(send(a, "long text", 9, 0));
  SHOW(recv(b, text, 4, MSG_TRUNC));
  // Who is connected hears its peer alone.
  int c = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in to_a = inet_address("127.0.0.1", port_of(a));
  SHOW(sendto(c, "stranger", 8, 0, (struct sockaddr*)&to_a, sizeof to_a));
  SHOW(sendto(b, "friend", 6, 0, (struct sockaddr*)&to_a, sizeof to_a));
  show_read("heard", a);
  SHOW(recv(a, text, 16, MSG_DONTWAIT));
  SHOW(shutdown(c, SHUT_RD));
  SHOW(getpeername(c, (struct sockaddr*)&from, &size));
  struct sockaddr none = {AF_UNSPEC};
  SHOW(connect(a, &none, sizeof none));
  show_own_address("disconnected", a);
  show_peer_address("peer", a);
  char* huge = calloc(1, 70000);
  SHOW(sendto(a, huge, 65507, 0, (struct sockaddr*)&to, sizeof to));
  SHOW(sendto(a, huge, 65508, 0, (struct sockaddr*)&to, sizeof to));
  SHOW(recv(b, huge, 70000, 0));
  to.sin_port = 0;
  SHOW(sendto(a, "x", 1, 0, (struct sockaddr*)&to, sizeof to));
  SHOW(sendto(a, "x", 1, 0, (struct sockaddr*)&to, 8));
  to.sin_family = AF_INET6;
  SHOW(sendto(a, "x", 1, 0, (struct sockaddr*)&to, sizeof to));
  SHOW(listen(a, 1));
  SHOW(accept(a, NULL, NULL));
  return 0;
}
