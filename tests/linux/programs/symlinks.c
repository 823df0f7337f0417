// symlink and readlink: their errors, and texts that do not fit.
#include "results.h"
int main(void) {
  enter_fresh_directory();
  char buffer[16];
  struct stat about;
  make_file("file", "text"), mkdir("dir", 0755);
  SHOW(symlink("", "empty"));
  SHOW(symlink("file", ""));
  SHOW(symlink("x", "file"));
  SHOW(symlink("x", "dir"));
  SHOW(symlink("x", "missing/link"));
  SHOW(symlink("x", "file/link"));
  SHOW(symlink(BAD_POINTER, "link"));
  SHOW(symlink("x", BAD_POINTER));
  SHOW(symlinkat("x", -1, "link"));
  SHOW(symlink("0123456789", "link"));
  SHOW(symlink("other", "link"));
  SHOW(lstat("link", &about));
  printf("%o size %ld\n", about.st_mode, (long)about.st_size);
  memset(buffer, '.', sizeof buffer);
  SHOW(readlink("link", buffer, 4));
  printf("%.6s\n", buffer);
  SHOW(readlink("link", buffer, 16));
  printf("%.12s\n", buffer);
  SHOW(syscall(SYS_readlinkat, AT_FDCWD, "link", buffer, 0));
  SHOW(syscall(SYS_readlinkat, AT_FDCWD, "link", buffer, -1));
  SHOW(readlink("link", BAD_POINTER, 4));
  SHOW(readlink("file", buffer, 4));
  SHOW(readlink("dir", buffer, 4));
  SHOW(readlink("missing", buffer, 4));
  SHOW(readlink("link/x", buffer, 4));
  SHOW(readlink("file/x", buffer, 4));
  SHOW(readlink("", buffer, 4));
  SHOW(readlinkat(open("file", O_RDONLY), "", buffer, 4));
  make_file("link", "made through the link");
  show_file("0123456789");
  SHOW(symlink("/", "root"));
  SHOW(access("root/tmp/../tmp", F_OK));
  SHOW(symlink("../..//././tmp", "dir/up"));
  SHOW(access("dir/up/..", F_OK));
  return 0;
}
