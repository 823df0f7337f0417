// read: its errors, in the order in which they are looked for, and what it does at a hole in
// memory.
#include <sys/mman.h>
#include "results.h"
int main(void) {
  enter_fresh_directory();
  char buffer[16];
  make_file("file", "0123456789");
  int in = open("file", O_RDONLY), out = open("file", O_WRONLY), directory = open(".", O_RDONLY);
  SHOW(read(-1, buffer, 1));
  SHOW(read(1000, BAD_POINTER, 1));
  SHOW(read(out, buffer, 1));
  SHOW(read(out, BAD_POINTER, 0));
  SHOW(read(directory, buffer, 1));
  SHOW(read(in, BAD_POINTER, 4));
  SHOW(read(in, BAD_POINTER, 0));
  SHOW(read(in, buffer, (size_t)-1));
  SHOW(read(in, buffer, 4));
  SHOW(read(in, buffer, 16));
  SHOW(read(in, buffer, 16));
  SHOW(read(in, BAD_POINTER, 16));
  char* page = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(page + 4096, 4096);
  lseek(in, 0, SEEK_SET);
  SHOW(read(in, page + 4090, 10));
  printf("%.6s at %ld\n", page + 4090, (long)lseek(in, 0, SEEK_CUR));
  mprotect(page, 4096, PROT_READ);
  SHOW(read(in, page, 4));
  printf("at %ld\n", (long)lseek(in, 0, SEEK_CUR));
  return 0;
}
