// Many children, waited for by their pidfds as they end: the last first, each when it is told to.
#include <poll.h>
#include "results.h"

enum { kChildren = 5 };
int main(void) {
  struct pollfd fds[kChildren];
  int gates[kChildren][2];
  for (int i = 0; i < kChildren; ++i) {
    pipe(gates[i]);
    pid_t child = fork();
    if (child == 0) {
      char byte;
      read(gates[i][0], &byte, 1);
      _exit(i);
    }
    fds[i] = (struct pollfd){(int)syscall(SYS_pidfd_open, child, 0), POLLIN, 0};
  }
  for (int left = kChildren; left > 0;) {
    write(gates[left - 1][1], "x", 1);
    if (poll(fds, kChildren, -1) <= 0) break;
    for (int i = 0; i < kChildren; ++i) {
      if (fds[i].fd < 0 || !(fds[i].revents & POLLIN)) continue;
      siginfo_t info = {0};
      SHOW(waitid(3, fds[i].fd, &info, WEXITED));
      printf("%d\n", info.si_status);
      close(fds[i].fd);
      fds[i].fd = -1;
      --left;
    }
  }
  SHOW(wait(0));
}
