// A thousand descriptors, which children inherit, close and cannot take from their parent.
#include <sys/resource.h>
#include "results.h"
int main(void) {
  setrlimit(RLIMIT_NOFILE, &(struct rlimit){1024, 1024});
  int opened = 0;
  while (dup(1) >= 0) ++opened;
  printf("%s after all numbers, highest works %d\n", error_name(errno), fcntl(1023, F_GETFD) == 0);
  pid_t child = fork();
  if (child == 0) {
    int closed = 0;
    for (int fd = 3; fd < 1024; fd += 2) closed += close(fd) == 0;
    _exit(closed > 500 && dup(1) == 3 ? 0 : 1);
  }
  wait_for("child", child);
  SHOW(fcntl(3, F_GETFD));
  SHOW(close(512));
  SHOW(dup(1));
  SHOW(syscall(SYS_close_range, 3, ~0U, 0));
  SHOW(dup(1));
  SHOW(dup2(1, 1023));
  SHOW(dup2(1, 1024));
  return 0;
}
