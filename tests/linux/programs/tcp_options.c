// Options of TCP and IP.
#include "sockets.h"

#define OPTION(fd, level, name) printf(#name " %d\n", option_of(fd, level, name))

int main(void) {
  int ends[2];
  tcp_pair(ends);
  int fd = ends[0];
  OPTION(fd, IPPROTO_TCP, TCP_NODELAY);
  OPTION(fd, IPPROTO_TCP, TCP_CORK);
  OPTION(fd, IPPROTO_TCP, TCP_KEEPIDLE);
  OPTION(fd, IPPROTO_TCP, TCP_KEEPINTVL);
  OPTION(fd, IPPROTO_TCP, TCP_KEEPCNT);
  OPTION(fd, IPPROTO_TCP, TCP_USER_TIMEOUT);
  OPTION(fd, IPPROTO_IP, IP_TOS);
  OPTION(fd, IPPROTO_IP, IP_TTL);
  const int options[] = {TCP_NODELAY,   TCP_CORK,    TCP_KEEPIDLE,
                         TCP_KEEPINTVL, TCP_KEEPCNT, TCP_USER_TIMEOUT};
  for (int i = 0; i < COUNT_OF(options); ++i) {
    const int result = set_option(fd, IPPROTO_TCP, options[i], 12);
    printf("%d %d\n", result, option_of(fd, IPPROTO_TCP, options[i]));
  }
  SHOW(set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 0));
  SHOW(set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 1000));
  SHOW(set_option(fd, IPPROTO_TCP, 12345, 1));
  SHOW(set_option(fd, IPPROTO_IP, IP_TTL, 300));
  SHOW(set_option(fd, IPPROTO_IP, IP_TTL, 5));
  OPTION(fd, IPPROTO_IP, IP_TTL);
  struct tcp_info info;
  socklen_t size = sizeof info;
  SHOW(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size));
  printf("state %d\n", info.tcpi_state);
  shutdown(ends[1], SHUT_WR);
  usleep(10000);
  size = 1;
  getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size);
  printf("state %d, %d byte\n", info.tcpi_state, size);
  size = sizeof info;
  getsockopt(ends[1], IPPROTO_TCP, TCP_INFO, &info, &size);
  printf("state %d\n", info.tcpi_state);
  size = sizeof info;
  getsockopt(listen_inet(1), IPPROTO_TCP, TCP_INFO, &info, &size);
  printf("state %d\n", info.tcpi_state);
  int udp = socket(AF_INET, SOCK_DGRAM, 0);
  SHOW(set_option(udp, IPPROTO_TCP, TCP_NODELAY, 1));
  int six = socket(AF_INET6, SOCK_STREAM, 0);
  OPTION(six, IPPROTO_IPV6, IPV6_V6ONLY);
  SHOW(set_option(six, IPPROTO_IPV6, IPV6_V6ONLY, 1));
  OPTION(six, IPPROTO_IPV6, IPV6_V6ONLY);
  SHOW(set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1));
  return 0;
}
