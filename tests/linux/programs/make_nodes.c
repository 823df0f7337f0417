// mknod: files, named pipes and devices; who may make which.
#include <sys/sysmacros.h>
#include "results.h"
static void user(void) {
  SHOW(mknod("u-fifo", S_IFIFO | 0644, 0));
  SHOW(mknod("u-file", 0644, 0));
  SHOW(mknod("u-device", S_IFCHR | 0644, makedev(1, 3)));
  SHOW(mknod("fifo", S_IFCHR | 0644, makedev(1, 3)));
}
int main(void) {
  enter_fresh_directory();
  struct stat about;
  SHOW(mknod("fifo", S_IFIFO | 0666, 0));
  SHOW(mknod("fifo", S_IFIFO | 0666, 0));
  SHOW(mknod("file", S_IFREG | 0666, 0));
  SHOW(mknod("plain", 0666, 0));
  SHOW(mknod("socket", S_IFSOCK | 0666, 0));
  SHOW(mknod("dir", S_IFDIR | 0777, 0));
  SHOW(mknod("link", S_IFLNK | 0777, 0));
  SHOW(mknod("strange", 0130000, 0));
  SHOW(mknod("missing/x", S_IFIFO | 0666, 0));
  SHOW(mknod(BAD_POINTER, S_IFIFO | 0666, 0));
  SHOW(mknod("null", S_IFCHR | 0666, makedev(1, 3)));
  SHOW(mknod("nothing", S_IFCHR | 0666, makedev(250, 99)));
  for (int i = 0; i < 5; ++i) {
    const char* name = (const char*[]){"fifo", "file", "plain", "socket", "null"}[i];
    stat(name, &about);
    printf("%s %o %d:%d\n", name, about.st_mode, major(about.st_rdev), minor(about.st_rdev));
  }
  int null = open("null", O_RDWR);
  SHOW(write(null, "x", 1));
  SHOW(read(null, &about, 1));
  SHOW_OK(open("nothing", O_RDONLY));
  SHOW_OK(open("socket", O_RDONLY));
  as_user(1000, user);
  return 0;
}
