// With no number left each call says EMFILE, and does nothing by halves.
#include <sys/resource.h>
#include "results.h"
int main(void) {
  enter_fresh_directory();
  int fds[2] = {-7, -7};
  for (int fd = 3; fd < 64; ++fd) close(fd);
  setrlimit(RLIMIT_NOFILE, &(struct rlimit){5, 5});
  SHOW(open("a", O_RDWR | O_CREAT, 0600));
  SHOW(pipe(fds));
  printf("%d %d\n", fds[0], fds[1]);
  SHOW(open("b", O_RDWR | O_CREAT, 0600));
  SHOW(open("c", O_RDWR | O_CREAT, 0600));
  SHOW(access("c", F_OK));
  SHOW(open("missing", O_RDONLY));
  SHOW(dup(0));
  SHOW(pipe(fds));
  SHOW(dup2(3, 4));
  SHOW(close(3));
  SHOW(open("missing", O_RDONLY));
  SHOW(open("c", O_RDWR | O_CREAT, 0600));
  SHOW(setrlimit(RLIMIT_NOFILE, &(struct rlimit){3, 5}));
  SHOW(write(4, "still open", 10));
  SHOW(dup(0));
  SHOW(close(4));
  SHOW(close(3));
  return 0;
}
