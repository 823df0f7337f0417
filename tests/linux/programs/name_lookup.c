// getaddrinfo() and getnameinfo() with numbers.
// glibc only
#include <netdb.h>
#include "sockets.h"

static void show_lookup(const char* host, const char* service, int flags, int family) {
  struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = flags},
                  *found;
  int result = getaddrinfo(host, service, &hints, &found);
  if (result) {
    printf("%s: %d\n", host ? host : "any", result);
    return;
  }
  for (struct addrinfo* one = found; one; one = one->ai_next) {
    char name[64], port[16];
    getnameinfo(one->ai_addr, one->ai_addrlen, name, sizeof name, port, sizeof port,
                NI_NUMERICHOST | NI_NUMERICSERV);
    printf("%s: %s %s\n", host ? host : "any", name, port);
  }
  freeaddrinfo(found);
}

int main(void) {
  show_lookup("127.0.0.1", "80", AI_NUMERICHOST, AF_UNSPEC);
  show_lookup("::1", "443", AI_NUMERICHOST, AF_UNSPEC);
  show_lookup(NULL, "8080", AI_PASSIVE, AF_INET);
  show_lookup("not a number", "80", AI_NUMERICHOST, AF_UNSPEC);
  return 0;
}
