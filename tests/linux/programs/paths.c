// Paths: the working directory, links, loops, *at calls, renames over files.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#define SHOW(call)                                      \
  do {                                                  \
    errno = 0;                                          \
    long r = (long)(call);                              \
    printf("%s = %ld %s\n", #call, r, strerror(errno)); \
  } while (0)
int main(void) {
  char place[] = "/tmp/pathXXXXXX", buffer[4200], link[100] = {0};
  mkdtemp(place);
  chdir(place);
  mkdir("a", 0755), mkdir("a/b", 0755);
  chdir("a/b");
  printf("%d\n", strcmp(getcwd(buffer, sizeof buffer) + strlen(place), "/a/b"));
  chdir("../..");
  symlink("loop", "loop");
  SHOW(open("loop", O_RDONLY));
  SHOW(open("loop/x", O_RDONLY));
  symlink("a/b", "short");
  SHOW(readlink("short", link, sizeof link));
  printf("%s\n", link);
  int dir = open("a", O_RDONLY | O_DIRECTORY);
  SHOW(mkdirat(dir, "c", 0700));
  int fd = openat(dir, "c/file", O_CREAT | O_RDWR, 0644);
  SHOW(write(fd, "data", 4));
  SHOW(faccessat(dir, "c/file", R_OK, 0));
  SHOW(renameat(dir, "c/file", AT_FDCWD, "moved"));
  SHOW(unlinkat(dir, "c", AT_REMOVEDIR));
  SHOW(rename("moved", "a"));
  SHOW(rename("a", "moved"));
  SHOW(rmdir("a"));
  SHOW(rename("a", "a/b/c"));
  SHOW(mkdir("a", 0755));
  SHOW(open("moved/x", O_RDONLY));
  SHOW(open("moved", O_RDONLY | O_DIRECTORY));
  SHOW(open("moved", O_CREAT | O_EXCL, 0600));
  memset(buffer, 'x', 4190), buffer[4190] = 0;
  SHOW(mkdir(buffer, 0755) < 0 && errno == ENAMETOOLONG);
  buffer[300] = 0;
  SHOW(mkdir(buffer, 0755) < 0 && errno == ENAMETOOLONG);
  SHOW(unlink("a"));
  struct stat about;
  SHOW(unlink("moved"));
  fstat(fd, &about);
  printf("links %lu size %ld\n", (unsigned long)about.st_nlink, (long)about.st_size);
  SHOW(pread(fd, buffer, 10, 2));
  int append = open("log", O_CREAT | O_WRONLY | O_APPEND, 0600);
  write(append, "one", 3);
  lseek(append, 0, SEEK_SET);
  write(append, "two", 3);
  SHOW(lseek(append, 0, SEEK_END));
  SHOW(lseek(append, -10, SEEK_SET));
  unlink("log"), unlink("loop"), unlink("short"), rmdir("a/b"), rmdir("a");
  chdir("/");
  SHOW(rmdir(place));
  return 0;
}
