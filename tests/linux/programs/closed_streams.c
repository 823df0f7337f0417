// A program that begins without its standard descriptors: the first files take their numbers.
#include "results.h"
int main(int count, char** arguments) {
  if (count > 1) {
    int report = atoi(arguments[1]), a = open("/dev/null", O_RDONLY), b = dup(a), fds[2];
    pipe(fds);
    dprintf(report, "%d %d %d %d\n", a, b, fds[0] - (fds[0] > report), fds[1] - (fds[1] > report));
    return 0;
  }
  char number[8];
  fflush(stdout);
  for (int closed = 0; closed < 3; ++closed) {
    if (fork() == 0) {
      int report = fcntl(1, F_DUPFD, 20);
      for (int fd = closed; fd < 20; ++fd) close(fd);
      snprintf(number, sizeof number, "%d", report);
      execl(arguments[0], arguments[0], number, NULL);
    }
    wait(NULL);
  }
  return 0;
}
