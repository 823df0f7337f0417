// preadv2 and pwritev2: an offset of -1 is the descriptor's own, unknown flags are refused.
#include <sys/uio.h>
#include "results.h"
#define READ2(offset, flags) syscall(SYS_preadv2, fd, &piece, 1, (long)(offset), 0L, flags)
#define WRITE2(offset, flags) syscall(SYS_pwritev2, fd, &piece, 1, (long)(offset), 0L, flags)
int main(void) {
  enter_fresh_directory();
  char buffer[4] = "abcd";
  struct iovec piece = {buffer, 4};
  int fd = open("file", O_RDWR | O_CREAT, 0644);
  SHOW(WRITE2(0, 0));
  SHOW(lseek(fd, 0, SEEK_CUR));
  SHOW(WRITE2(-1, 0));
  SHOW(WRITE2(-1, 0));
  SHOW(lseek(fd, 0, SEEK_CUR));
  SHOW(READ2(2, 0));
  printf("%.4s\n", buffer);
  SHOW(READ2(-1, 0));
  SHOW(READ2(-2, 0));
  SHOW(READ2(0, 0x4000));
  SHOW(WRITE2(0, 0x4000));
  SHOW(WRITE2(0, 0x2));   // RWF_DSYNC
  SHOW(WRITE2(0, 0x4));   // RWF_SYNC
  SHOW(WRITE2(0, 0x10));  // RWF_APPEND
  SHOW(lseek(fd, 0, SEEK_CUR));
  SHOW(lseek(fd, 0, SEEK_END));
  return 0;
}
