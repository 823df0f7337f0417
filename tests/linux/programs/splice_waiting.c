// splice and tee: pipes that are full, empty or closed.
#include "results.h"

static char page[4096];
int main(void) {
  int a[2], b[2];
  pipe(a);
  pipe(b);
  fcntl(b[1], F_SETPIPE_SZ, 4096);
  write(a[1], page, 4096);
  write(b[1], page, 4096);
  SHOW(splice(a[0], 0, b[1], 0, 4096, SPLICE_F_NONBLOCK));
  SHOW(tee(a[0], b[1], 4096, SPLICE_F_NONBLOCK));
  pid_t child = fork();
  if (child == 0) {
    usleep(20000);
    read(b[0], page, 4096);
    _exit(0);
  }
  SHOW(splice(a[0], 0, b[1], 0, 4096, 0));
  wait_for("reader", child);
  fcntl(a[0], F_SETFL, O_NONBLOCK);
  SHOW(splice(a[0], 0, b[1], 0, 10, 0));
  fcntl(a[0], F_SETFL, 0);
  read(b[0], page, 4096);
  child = fork();
  if (child == 0) {
    close(a[1]);
    SHOW(splice(a[0], 0, b[1], 0, 10, 0));
    _exit(0);
  }
  usleep(20000);
  close(a[1]);
  wait_for("splicer", child);
}
