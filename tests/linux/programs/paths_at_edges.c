// Paths that end at the end of a page, cross into the next, or do not end before unmapped memory.
#include "memory.h"
int main(void) {
  enter_fresh_directory();
  struct stat about;
  make_file("file", "text");
  char* pages = anonymous(3 * PAGE, PROT_READ | PROT_WRITE);
  munmap(pages + 2 * PAGE, PAGE);
  char* end = pages + 2 * PAGE;
  memcpy(end - 5, "file", 5);
  SHOW(stat(end - 5, &about));
  SHOW(syscall(SYS_newfstatat, AT_FDCWD, end - 5, end - sizeof about - 8, 0));
  SHOW(syscall(SYS_newfstatat, AT_FDCWD, end - 5, end - sizeof about + 8, 0));
  memcpy(end - 5, "file/", 5);
  SHOW(stat(end - 5, &about));
  memcpy(pages + PAGE - 2, "file", 5);
  SHOW(stat(pages + PAGE - 2, &about));
  mprotect(pages + PAGE, PAGE, PROT_NONE);
  SHOW(stat(pages + PAGE - 2, &about));
  mprotect(pages + PAGE, PAGE, PROT_READ);
  SHOW(stat(pages + PAGE - 2, &about));
  SHOW(readlink("missing", end - 4, 100));
  symlink("0123456789", "link");
  mprotect(pages + PAGE, PAGE, PROT_READ | PROT_WRITE);
  SHOW(readlink("link", end - 10, 100));
  SHOW(readlink("link", end - 9, 100));
  SHOW(readlink("link", end - 9, 9));
  SHOW(open(end - 1, O_RDONLY) == -1 && errno == EFAULT);
  SHOW(syscall(SYS_getcwd, end - 4, 4096));
  int fds[2];
  pipe(fds);
  SHOW(syscall(SYS_pipe, end - 4));
  SHOW(write(fds[1], end - 3, 8));
  return 0;
}
