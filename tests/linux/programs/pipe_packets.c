// A pipe with O_DIRECT: each write is a packet, a short read drops the rest of one.
#include "results.h"
int main(void) {
  int fds[2];
  char buffer[10000] = {0};
  SHOW(pipe2(fds, O_DIRECT | O_NONBLOCK));
  SHOW((fcntl(fds[1], F_GETFL) & O_DIRECT) != 0);
  SHOW(write(fds[1], "one", 3));
  SHOW(write(fds[1], "three", 5));
  SHOW(write(fds[1], "last", 4));
  SHOW(read(fds[0], buffer, 10));
  SHOW(read(fds[0], buffer, 2));
  printf("%.2s\n", buffer);
  SHOW(read(fds[0], buffer, 10));
  printf("%.4s\n", buffer);
  SHOW(read(fds[0], buffer, 10));
  SHOW(write(fds[1], buffer, 5000));
  SHOW(read(fds[0], buffer, 10000));
  SHOW(read(fds[0], buffer, 10000));
  SHOW(read(fds[0], buffer, 10000));
  int packets = 0;
  while (write(fds[1], "x", 1) == 1) ++packets;
  SHOW(packets);
  return 0;
}
