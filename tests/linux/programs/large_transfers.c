// One read or write moves two gigabytes at most; the rest is for the next.
#include <sys/uio.h>
#include "memory.h"
int main(void) {
  size_t size = (size_t)5 << 30;
  char* space =
      mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  int null = open("/dev/null", O_RDWR);
  SHOW(write(null, space, size));
  SHOW(write(null, space, 0x7fffffff));
  SHOW(pwrite(null, space, size, 10));
  struct iovec two[2] = {{space, (size_t)3 << 30}, {space, (size_t)2 << 30}};
  SHOW(writev(null, two, 2));
  SHOW(read(null, space, size));
  int fds[2];
  pipe2(fds, O_NONBLOCK);
  SHOW(write(fds[1], space, size));
  SHOW(read(fds[0], space, size));
  return 0;
}
