// splice, tee and vmsplice.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "results.h"

static char text[64];
static void read_all(int fd) {
  memset(text, 0, sizeof text);
  SHOW(read(fd, text, sizeof text - 1));
  printf("%s\n", text);
}

int main(void) {
  char place[] = "/tmp/spliceXXXXXX";
  int file = mkstemp(place), a[2], b[2];
  unlink(place);
  pipe(a);
  pipe(b);
  write(file, "0123456789", 10);
  loff_t offset = 3;
  SHOW(splice(file, &offset, a[1], 0, 4, 0));
  printf("%ld\n", (long)offset);
  SHOW(tee(a[0], b[1], 100, 0));
  read_all(b[0]);
  SHOW(splice(a[0], 0, b[1], 0, 2, 0));
  read_all(b[0]);
  offset = 12;
  SHOW(splice(a[0], 0, file, &offset, 100, 0));
  printf("%ld\n", (long)offset);
  SHOW(pread(file, text, 20, 0));
  SHOW(splice(a[0], 0, b[1], 0, 10, SPLICE_F_NONBLOCK));
  SHOW(tee(a[0], b[1], 10, SPLICE_F_NONBLOCK));
  lseek(file, 0, SEEK_SET);
  SHOW(splice(file, 0, a[1], 0, 5, SPLICE_F_MOVE));
  printf("%ld\n", (long)lseek(file, 0, SEEK_CUR));
  read_all(a[0]);
  if (fork() == 0) {
    usleep(20000);
    write(a[1], "late", 4);
    _exit(0);
  }
  SHOW(splice(a[0], 0, b[1], 0, 10, 0));
  wait(0);
  read_all(b[0]);
  struct iovec pieces[2] = {{"first ", 6}, {"second", 6}};
  SHOW(vmsplice(a[1], pieces, 2, 0));
  read_all(a[0]);
  write(a[1], "back", 4);
  struct iovec target = {text, 10};
  SHOW(vmsplice(a[0], &target, 1, 0));
  SHOW(vmsplice(file, pieces, 2, 0));
  SHOW(splice(file, 0, file, 0, 10, 0));
  SHOW(splice(a[0], 0, a[1], 0, 10, 0));
  SHOW(splice(a[0], &offset, b[1], 0, 10, 0));
  SHOW(splice(a[1], 0, b[1], 0, 10, 0));
  SHOW(splice(a[0], 0, b[1], 0, 10, 0x100));
  SHOW(splice(a[0], 0, b[1], 0, 0, 0));
  SHOW(splice(99, 0, b[1], 0, 10, 0));
  SHOW(tee(a[0], file, 10, 0));
  SHOW(tee(a[0], a[1], 10, 0));
  close(a[1]);
  SHOW(splice(a[0], 0, b[1], 0, 10, 0));
  signal(SIGPIPE, SIG_IGN);
  pipe(a);
  close(b[0]);
  write(a[1], "x", 1);
  SHOW(splice(a[0], 0, b[1], 0, 10, 0));
}
