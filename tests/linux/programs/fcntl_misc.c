// fcntl: flags, owners, signals, pipes' sizes, leases.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include "results.h"

int main(void) {
  int ends[2];
  pipe(ends);
  SHOW(fcntl(ends[0], F_GETPIPE_SZ));
  SHOW(fcntl(ends[0], F_SETPIPE_SZ, 5000));
  SHOW(fcntl(ends[1], F_GETPIPE_SZ));
  SHOW(fcntl(ends[0], F_SETPIPE_SZ, 1));
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  char page[4096] = {0};
  SHOW(write(ends[1], page, 4096));
  SHOW(write(ends[1], page, 1));
  SHOW(fcntl(ends[0], F_SETPIPE_SZ, 16384));
  SHOW(write(ends[1], page, 4096));
  SHOW(fcntl(ends[0], F_SETPIPE_SZ, 4096));
  SHOW(fcntl(ends[0], F_SETPIPE_SZ, -1));
  SHOW(fcntl(0, F_GETPIPE_SZ));
  SHOW(fcntl(0, F_SETPIPE_SZ, 4096));
  SHOW(fcntl(ends[0], F_GETOWN));
  SHOW(fcntl(ends[0], F_SETOWN, getpid()));
  printf("%d\n", fcntl(ends[0], F_GETOWN) == getpid());
  struct f_owner_ex owner = {F_OWNER_PGRP, getpgrp()};
  SHOW(fcntl(ends[0], F_SETOWN_EX, &owner));
  owner.type = 9;
  SHOW(fcntl(ends[0], F_SETOWN_EX, &owner));
  SHOW(fcntl(ends[0], F_GETOWN_EX, &owner));
  printf("%d %d\n", owner.type, owner.pid == getpgrp());
  SHOW(fcntl(ends[0], F_GETSIG));
  SHOW(fcntl(ends[0], F_SETSIG, 34));
  SHOW(fcntl(ends[0], F_GETSIG));
  SHOW(fcntl(ends[0], F_SETSIG, 65));
  SHOW(fcntl(ends[0], F_GETLEASE));
  SHOW(fcntl(ends[0], F_SETLEASE, F_RDLCK));
  SHOW(fcntl(ends[0], 9999));
  SHOW(fcntl(99, F_GETFD));
  int path = open("/tmp", O_PATH);
  SHOW(fcntl(path, F_GETOWN));
  SHOW(fcntl(path, F_GETFD));
  int copy = fcntl(path, F_DUPFD, 100);
  printf("%d\n", copy);
  copy = fcntl(path, F_DUPFD_CLOEXEC, 100);
  printf("%d %d\n", copy, fcntl(copy, F_GETFD));
  SHOW(fcntl(path, F_DUPFD, -1));
  SHOW(fcntl(path, F_DUPFD, 10000000));
}
