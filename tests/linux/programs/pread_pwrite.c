// pread and pwrite: they leave the offset alone; O_APPEND wins over the offset that pwrite names.
#include "results.h"
int main(void) {
  enter_fresh_directory();
  char buffer[16] = {0};
  int fds[2];
  pipe(fds);
  int fd = open("file", O_RDWR | O_CREAT, 0644);
  SHOW(pwrite(fd, "abc", 3, 5));
  SHOW(lseek(fd, 0, SEEK_CUR));
  SHOW(pread(fd, buffer, 16, 0));
  printf("%d %.3s\n", buffer[4], buffer + 5);
  SHOW(pread(fd, buffer, 16, 8));
  SHOW(pread(fd, buffer, 16, 1L << 40));
  SHOW(pread(fd, buffer, 16, -1));
  SHOW(pwrite(fd, buffer, 16, -1));
  SHOW(pwrite(fd, buffer, 1, LLONG_MAX));
  SHOW(pread(fd, buffer, 0, -5));
  SHOW(pread(fds[0], buffer, 1, 0));
  SHOW(pwrite(fds[1], buffer, 1, 0));
  SHOW(pread(-1, buffer, 1, -1));
  SHOW(pread(fd, BAD_POINTER, 1, 0));
  SHOW(lseek(fd, 2, SEEK_SET));
  int append = open("file", O_WRONLY | O_APPEND);
  SHOW(pwrite(append, "end", 3, 0));
  SHOW(lseek(append, 0, SEEK_CUR));
  SHOW(write(append, "!", 1));
  SHOW(lseek(append, 0, SEEK_CUR));
  SHOW(pread(fd, buffer, 16, 5));
  printf("%.7s\n", buffer);
  SHOW(lseek(fd, 0, SEEK_CUR));
  return 0;
}
