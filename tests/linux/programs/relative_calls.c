// The …at calls from a directory's descriptor, wherever the current directory is.
#include "results.h"
int main(void) {
  enter_fresh_directory();
  struct stat about;
  char text[16] = {0};
  mkdir("a", 0755), mkdir("b", 0755);
  int a = open("a", O_RDONLY | O_DIRECTORY), b = open("b", O_PATH | O_DIRECTORY);
  chdir("/");
  int fd = openat(a, "file", O_RDWR | O_CREAT, 0644);
  SHOW(write(fd, "text", 4));
  SHOW(mkdirat(b, "sub", 0700));
  SHOW(mkdirat(b, "sub/deep", 0700));
  SHOW(symlinkat("file", a, "soft"));
  SHOW(readlinkat(a, "soft", text, 16));
  SHOW(linkat(a, "file", b, "sub/hard", 0));
  SHOW(renameat(a, "file", b, "moved"));
  SHOW(fstatat(b, "moved", &about, 0));
  SHOW(about.st_nlink);
  SHOW(fstatat(a, "soft", &about, 0));
  SHOW(fstatat(a, "soft", &about, AT_SYMLINK_NOFOLLOW));
  SHOW(fchmodat(b, "moved", 0600, 0));
  SHOW(fchownat(b, "moved", 1, 2, 0));
  SHOW(faccessat(b, "sub/hard", R_OK, 0));
  SHOW(utimensat(b, "moved", (struct timespec[2]){{1, 0}, {2, 0}}, 0));
  SHOW(fstatat(b, "../b/sub/./hard", &about, 0));
  printf("%o %d %ld\n", about.st_mode, (int)about.st_uid, (long)about.st_mtime);
  SHOW(mkfifoat(a, "fifo", 0600));
  SHOW(unlinkat(b, "sub", AT_REMOVEDIR));
  SHOW(unlinkat(b, "sub/deep", AT_REMOVEDIR));
  SHOW(unlinkat(b, "sub/hard", 0));
  SHOW(unlinkat(b, "sub", AT_REMOVEDIR));
  SHOW(fchdir(b));
  SHOW(access("moved", F_OK));
  SHOW(openat(fd, "x", O_RDONLY) == -1 && errno == ENOTDIR);
  close(b);
  SHOW(mkdirat(b, "x", 0700));
  SHOW(renameat(a, "soft", b, "x"));
  return 0;
}
