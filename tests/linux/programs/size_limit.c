// RLIMIT_FSIZE: a write stops at the limit, the next one fails and sends SIGXFSZ.
#include <sys/resource.h>
#include "results.h"
static void on_signal(int number) { printf("caught %s\n", signal_name(number)); }
static void limited(void) {
  static char data[300];
  setrlimit(RLIMIT_FSIZE, &(struct rlimit){500, 500});
  signal(SIGXFSZ, on_signal);
  int fd = open("file", O_RDWR | O_CREAT, 0644);
  SHOW(write(fd, data, 300));
  SHOW(write(fd, data, 300));
  SHOW(write(fd, data, 300));
  SHOW(pwrite(fd, data, 300, 250));
  SHOW(pwrite(fd, data, 1, 500));
  SHOW(pwrite(fd, data, 0, 500));
  SHOW(ftruncate(fd, 501));
  SHOW(ftruncate(fd, 400));
  SHOW(lseek(fd, 0, SEEK_END));
  SHOW(truncate("file", 1000));
  signal(SIGXFSZ, SIG_IGN);
  SHOW(pwrite(fd, data, 1, 600));
  int fds[2];
  pipe(fds);
  SHOW(write(fds[1], data, 300));
  SHOW(write(fds[1], data, 300));
  signal(SIGXFSZ, SIG_DFL);
  pwrite(fd, data, 1, 600);
}
int main(void) {
  enter_fresh_directory();
  in_child("limited", limited);
  return 0;
}
