// write: its errors, and what of a buffer that ends in a hole is written.
#include <sys/mman.h>
#include "results.h"
int main(void) {
  enter_fresh_directory();
  int file = open("file", O_RDWR | O_CREAT, 0644), in = open("file", O_RDONLY);
  int full = open("/dev/full", O_WRONLY), null = open("/dev/null", O_WRONLY);
  SHOW(write(-1, "x", 1));
  SHOW(write(in, "x", 1));
  SHOW(write(in, BAD_POINTER, 0));
  SHOW(write(file, BAD_POINTER, 1));
  SHOW(write(file, BAD_POINTER, 0));
  SHOW(write(file, "x", (size_t)-1));
  SHOW(write(full, "x", 1));
  SHOW(write(null, "x", 1));
  SHOW(write(null, BAD_POINTER, 1));
  SHOW(write(file, "", 0));
  printf("size %ld\n", (long)lseek(file, 0, SEEK_END));
  char* page = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(page, 'p', 4096);
  munmap(page + 4096, 4096);
  SHOW(write(file, page + 4096, 1));
  printf("size %ld\n", (long)lseek(file, 0, SEEK_END));
  SHOW(write(file, page, 4096));
  mprotect(page, 4096, PROT_NONE);
  SHOW(write(file, page, 4096));
  return 0;
}
