// Mapped pages past the end of a file: SIGBUS, until the file grows, and again when it shrinks.
#include "memory.h"
int main(void) {
  enter_fresh_directory();
  catch_bad_accesses();
  int fd = open("file", O_RDWR | O_CREAT, 0644);
  write(fd, "text", 4);
  char* shared = mmap(0, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  puts(try_read(shared));
  puts(try_read(shared + 4));
  puts(try_write(shared + 10, 7));
  puts(try_read(shared + PAGE));
  char buffer[16];
  SHOW(pread(fd, buffer, 16, 0));  // What was written past the end is not part of the file.
  SHOW(ftruncate(fd, 2 * PAGE));
  SHOW(pread(fd, buffer, 16, 0));
  puts(try_read(shared + PAGE));
  puts(try_read(shared + 2 * PAGE));
  SHOW(ftruncate(fd, 0));
  puts(try_read(shared));
  SHOW(ftruncate(fd, 1));
  puts(try_read(shared));
  SHOW(read(open("file", O_RDONLY), shared + PAGE, 1));
  SHOW(write(open("other", O_RDWR | O_CREAT, 0644), shared + PAGE, 1));
  return 0;
}
