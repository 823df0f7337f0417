// readv and writev: counts, sums of lengths, bad pointers; empty pieces are skipped.
#include <sys/uio.h>
#include "results.h"
int main(void) {
  enter_fresh_directory();
  static struct iovec many[1025];
  char a[4] = "aaa", b[4] = "bbb";
  int fd = open("file", O_RDWR | O_CREAT, 0644);
  struct iovec two[2] = {{a, 3}, {b, 3}};
  SHOW(writev(fd, two, 2));
  SHOW(writev(fd, two, 0));
  SHOW(syscall(SYS_writev, fd, two, -1));
  SHOW(syscall(SYS_writev, fd, many, 1024));
  SHOW(syscall(SYS_writev, fd, many, 1025));
  SHOW(syscall(SYS_writev, fd, BAD_POINTER, 1));
  SHOW(syscall(SYS_writev, fd, BAD_POINTER, 0));
  SHOW(writev(-1, two, 2));
  struct iovec huge[2] = {{a, (size_t)-1}, {b, 3}};
  SHOW(writev(fd, huge, 2));
  struct iovec bad[2] = {{a, 3}, {BAD_POINTER, 3}};
  SHOW(writev(fd, bad, 2));
  SHOW(lseek(fd, 0, SEEK_CUR));
  lseek(fd, 0, SEEK_SET);
  struct iovec pieces[3] = {{a, 2}, {BAD_POINTER, 0}, {b, 2}};
  SHOW(readv(fd, pieces, 3));
  printf("%s %s\n", a, b);
  struct iovec later[2] = {{a, 1}, {BAD_POINTER, 9}};
  SHOW(readv(fd, later, 2));
  SHOW(readv(fd, BAD_POINTER, 2));
  SHOW(preadv(fd, two, 2, 1));
  SHOW(preadv(fd, two, 2, -1));
  SHOW(pwritev(fd, two, 1, 100));
  SHOW(lseek(fd, 0, SEEK_END));
  return 0;
}
