// Pieces that go to and come from pipes and files: order, short ends, and many of them.
#include <sys/uio.h>
#include "results.h"
int main(void) {
  enter_fresh_directory();
  static char data[1024], back[1024];
  static struct iovec many[1024];
  int fds[2], fd = open("file", O_RDWR | O_CREAT, 0600);
  pipe2(fds, O_NONBLOCK);
  for (int i = 0; i < 1024; ++i) data[i] = i % 251, many[i] = (struct iovec){data + 1023 - i, 1};
  SHOW(writev(fd, many, 1024));
  SHOW(pread(fd, back, 1024, 0));
  int turned = 0;
  for (int i = 0; i < 1024; ++i) turned += back[i] == data[1023 - i];
  SHOW(turned);
  SHOW(writev(fds[1], many, 100));
  struct iovec three[3] = {{back, 30}, {back + 100, 50}, {back + 200, 100}};
  SHOW(readv(fds[0], three, 3));
  SHOW(back[0] == data[1023] && back[100] == data[993] && back[219] == data[924]);
  SHOW(readv(fds[0], three, 3));
  lseek(fd, 1000, SEEK_SET);
  SHOW(readv(fd, three, 3));
  SHOW(readv(fd, three, 3));
  struct iovec empty[4] = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
  SHOW(writev(fd, empty, 4));
  SHOW(readv(fd, empty, 4));
  struct iovec large[20];
  static char block[8192];
  for (int i = 0; i < 20; ++i) large[i] = (struct iovec){block, sizeof block};
  SHOW(writev(fds[1], large, 20));
  SHOW(writev(fds[1], large, 1));
  SHOW(pwritev(fd, large, 20, 1 << 20));
  SHOW(lseek(fd, 0, SEEK_END));
  return 0;
}
