// Files read into and written from mappings of files, of themselves even, and over borders of
// pages.
#include "memory.h"
enum { RW = PROT_READ | PROT_WRITE };
int main(void) {
  enter_fresh_directory();
  int fd = open("file", O_RDWR | O_CREAT, 0644), other = open("other", O_RDWR | O_CREAT, 0644);
  ftruncate(fd, 4 * PAGE), ftruncate(other, 4 * PAGE);
  char* map = mmap(0, 4 * PAGE, RW, MAP_SHARED, fd, 0);
  char* copy = mmap(0, 4 * PAGE, RW, MAP_SHARED, other, 0);
  for (int i = 0; i < 4 * PAGE; ++i) map[i] = 'a' + i / 100 % 26;
  SHOW(pwrite(other, map, 4 * PAGE, 0));
  SHOW(memcmp(map, copy, 4 * PAGE));
  SHOW(pread(other, map + PAGE, 2 * PAGE, 50));
  SHOW(memcmp(map + PAGE, copy + 50, 2 * PAGE));
  SHOW(pread(fd, map, 100, 0));
  SHOW(pwrite(fd, map + 2 * PAGE, PAGE, PAGE));
  SHOW(memcmp(map + PAGE, map + 2 * PAGE, PAGE));
  SHOW(pwrite(fd, map + 4 * PAGE - 10, 10, 4 * PAGE));
  struct stat about;
  fstat(fd, &about);
  SHOW(about.st_size - 4 * PAGE);
  SHOW(pread(other, copy + PAGE - 5, 10, 0));
  SHOW(memcmp(copy + PAGE - 5, copy, 10));
  SHOW(pwrite(other, "changed", 7, PAGE - 3));
  printf("%.3s %.4s\n", copy + PAGE - 3, copy + PAGE);
  SHOW(pread(other, copy + 3 * PAGE, PAGE, 4 * PAGE - 1));
  SHOW(pread(other, copy + 3 * PAGE + 1, 2 * PAGE, 0) >= PAGE - 1);
  return 0;
}
