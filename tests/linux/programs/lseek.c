// lseek: the five directions, their errors, and holes as SEEK_DATA and SEEK_HOLE see them.
#include "results.h"
int main(void) {
  enter_fresh_directory();
  int fds[2];
  pipe(fds);
  int fd = open("file", O_RDWR | O_CREAT, 0644);
  write(fd, "0123456789", 10);
  SHOW(lseek(fd, 0, SEEK_CUR));
  SHOW(lseek(fd, -10, SEEK_CUR));
  SHOW(lseek(fd, -1, SEEK_CUR));
  SHOW(lseek(fd, -1, SEEK_SET));
  SHOW(lseek(fd, -11, SEEK_END));
  SHOW(lseek(fd, -3, SEEK_END));
  SHOW(lseek(fd, 100, SEEK_END));
  SHOW(lseek(fd, LLONG_MAX, SEEK_CUR));
  SHOW(lseek(fd, 0, SEEK_CUR));
  SHOW(lseek(fd, 0, 5));
  SHOW(lseek(fd, 0, -1));
  SHOW(lseek(fds[0], 0, SEEK_CUR));
  SHOW(lseek(-1, 0, 9));
  SHOW(lseek(fd, 4, SEEK_DATA));
  SHOW(lseek(fd, 4, SEEK_HOLE));
  SHOW(lseek(fd, 10, SEEK_DATA));
  SHOW(lseek(fd, 10, SEEK_HOLE));
  SHOW(lseek(fd, -1, SEEK_DATA));
  pwrite(fd, "x", 1, 3 * 65536);
  fsync(fd);
  SHOW(lseek(fd, 0, SEEK_HOLE));
  SHOW(lseek(fd, 65536, SEEK_DATA));
  SHOW(lseek(fd, 65536, SEEK_HOLE));
  SHOW(lseek(fd, 3 * 65536, SEEK_HOLE));
  ftruncate(fd, 5 * 65536);
  SHOW(lseek(fd, 4 * 65536, SEEK_DATA));
  SHOW(lseek(fd, 4 * 65536, SEEK_HOLE));
  int directory = open(".", O_RDONLY);
  SHOW(lseek(directory, 0, SEEK_SET));
  SHOW(lseek(directory, -1, SEEK_SET));
  return 0;
}
