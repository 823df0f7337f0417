// Holes: they read as zeros, cost no blocks, and what a truncation cut off does not come back.
#include "results.h"
int main(void) {
  enter_fresh_directory();
  struct stat about;
  char buffer[8192];
  int fd = open("file", O_RDWR | O_CREAT, 0644);
  SHOW(ftruncate(fd, 1L << 36));
  fstat(fd, &about);
  printf("%ld bytes, %ld blocks\n", (long)about.st_size, (long)about.st_blocks);
  SHOW(pread(fd, buffer, sizeof buffer, 1L << 35));
  int sum = 0;
  for (int i = 0; i < COUNT_OF(buffer); ++i) sum |= buffer[i];
  printf("sum %d\n", sum);
  SHOW(pread(fd, buffer, sizeof buffer, (1L << 36) - 3));
  SHOW(pwrite(fd, "far", 3, (1L << 36) + 5));
  SHOW(ftruncate(fd, 0));
  SHOW(pwrite(fd, "0123456789", 10, 0));
  SHOW(ftruncate(fd, 4));
  SHOW(ftruncate(fd, 10));
  SHOW(pread(fd, buffer, 16, 0));
  printf("%d %d %d\n", buffer[3], buffer[4], buffer[9]);
  SHOW(ftruncate(fd, 5000));
  SHOW(pwrite(fd, "tail", 4, 4998));
  SHOW(ftruncate(fd, 4999));
  SHOW(ftruncate(fd, 6000));
  SHOW(pread(fd, buffer, 4, 4997));
  printf("%d %d %d\n", buffer[0], buffer[1], buffer[2]);
  return 0;
}
