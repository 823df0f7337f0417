// Options of all sockets: kept, checked, read back.
#include "sockets.h"

#define OPTION(fd, name) printf(#name " %d\n", option_of(fd, SOL_SOCKET, name))

int main(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  int local = socket(AF_UNIX, SOCK_DGRAM, 0);
  OPTION(fd, SO_TYPE);
  OPTION(fd, SO_DOMAIN);
  OPTION(fd, SO_PROTOCOL);
  OPTION(local, SO_TYPE);
  OPTION(local, SO_DOMAIN);
  OPTION(local, SO_PROTOCOL);
  OPTION(fd, SO_REUSEADDR);
  OPTION(fd, SO_KEEPALIVE);
  OPTION(fd, SO_BROADCAST);
  OPTION(fd, SO_OOBINLINE);
  OPTION(fd, SO_ERROR);
  OPTION(fd, SO_ACCEPTCONN);
  OPTION(fd, SO_RCVLOWAT);
  OPTION(fd, SO_SNDLOWAT);
  OPTION(fd, SO_PRIORITY);
  OPTION(local, SO_SNDBUF);
  OPTION(local, SO_RCVBUF);
  const int flags[] = {SO_REUSEADDR, SO_REUSEPORT, SO_KEEPALIVE, SO_BROADCAST, SO_OOBINLINE};
  for (int i = 0; i < COUNT_OF(flags); ++i) {
    int before = option_of(fd, SOL_SOCKET, flags[i]);
    int done = set_option(fd, SOL_SOCKET, flags[i], 5);
    printf("%d %d %d\n", before, done, option_of(fd, SOL_SOCKET, flags[i]));
  }
  set_option(fd, SOL_SOCKET, SO_SNDBUF, 10000);
  OPTION(fd, SO_SNDBUF);
  set_option(fd, SOL_SOCKET, SO_SNDBUF, 1);
  OPTION(fd, SO_SNDBUF);
  set_option(fd, SOL_SOCKET, SO_RCVBUF, 20000);
  OPTION(fd, SO_RCVBUF);
  set_option(fd, SOL_SOCKET, SO_RCVLOWAT, 7);
  OPTION(fd, SO_RCVLOWAT);
  SHOW(set_option(fd, SOL_SOCKET, SO_TYPE, 1));
  SHOW(set_option(fd, SOL_SOCKET, SO_ERROR, 1));
  SHOW(set_option(fd, SOL_SOCKET, SO_ACCEPTCONN, 1));
  SHOW(set_option(fd, SOL_SOCKET, 12345, 1));
  SHOW(set_option(fd, 12345, 1, 1));
  printf("%d\n", option_of(fd, SOL_SOCKET, 12345));
  short small = 1;
  SHOW(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &small, sizeof small));
  SHOW(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, BAD_POINTER, 4));
  struct linger linger = {1, 5};
  socklen_t size = sizeof linger;
  SHOW(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
  linger = (struct linger){0};
  SHOW(getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &size));
  printf("%d %d %d\n", linger.l_onoff, linger.l_linger, size);
  struct timeval time = {3, 500000};
  SHOW(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time));
  time = (struct timeval){0};
  size = sizeof time;
  SHOW(getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, &size));
  printf("%ld %ld\n", (long)time.tv_sec, (long)time.tv_usec);
  time.tv_usec = 1000000;
  SHOW(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time));
  char one;
  size = 1;
  SHOW(getsockopt(fd, SOL_SOCKET, SO_TYPE, &one, &size));
  printf("%d %d\n", one, size);
  size = -1;
  SHOW(getsockopt(fd, SOL_SOCKET, SO_TYPE, &one, &size));
  return 0;
}
