// unlink and unlinkat: a file lives on while it is open; directories need another call.
#include "results.h"
static void user(void) {
  SHOW(unlink("closed/file"));
  SHOW(unlink("hidden/file"));
  SHOW(unlink("foreign"));
}
int main(void) {
  enter_fresh_directory();
  char buffer[8] = {0};
  struct stat about;
  make_file("file", "text"), mkdir("dir", 0755), symlink("dir", "link");
  int fd = open("file", O_RDWR);
  SHOW(unlink("file"));
  SHOW(unlink("file"));
  SHOW_OK(open("file", O_RDONLY));
  SHOW(read(fd, buffer, 8));
  SHOW(write(fd, "more", 4));
  fstat(fd, &about);
  printf("links %d size %ld\n", (int)about.st_nlink, (long)about.st_size);
  SHOW(unlink("dir"));
  SHOW(unlink("."));
  SHOW(unlink("/"));
  SHOW(unlink(""));
  SHOW(unlink(BAD_POINTER));
  SHOW(unlink("missing/x"));
  SHOW(unlink("link"));
  SHOW(access("dir", F_OK));
  make_file("file", "");
  SHOW(unlinkat(AT_FDCWD, "file", AT_REMOVEDIR));
  SHOW(unlinkat(AT_FDCWD, "file", 0x1000));
  SHOW(unlinkat(AT_FDCWD, "dir", AT_REMOVEDIR));
  SHOW(unlinkat(-1, "file", 0));
  SHOW(unlinkat(fd, "file", 0));
  SHOW(unlinkat(open(".", O_RDONLY), "file", 0));
  mkdir("closed", 0755), make_file("closed/file", ""), mkdir("hidden", 0700),
      make_file("hidden/file", "");
  make_file("foreign", "");
  as_user(1000, user);
  return 0;
}
