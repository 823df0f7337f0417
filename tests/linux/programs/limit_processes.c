// RLIMIT_NPROC: of somebody who is not root.
#include <sys/resource.h>
#include "results.h"

static void as_nobody(void) {
  struct rlimit wanted = {3, 3};
  SHOW(setrlimit(RLIMIT_NPROC, &wanted));
  pid_t children[3];
  for (int i = 0; i < 3; ++i) {
    children[i] = fork();
    if (children[i] == 0) {
      pause();
      _exit(0);
    }
    printf("%s\n", children[i] > 0 ? "works" : error_name(errno));
  }
  kill(children[0], SIGKILL);
  waitpid(children[0], 0, 0);
  children[2] = fork();
  if (children[2] == 0) {
    pause();
    _exit(0);
  }
  printf("%s\n", children[2] > 0 ? "works" : error_name(errno));
  kill(children[1], SIGKILL);
  kill(children[2], SIGKILL);
  while (wait(0) > 0) {
  }
}
int main(void) { as_own_user(as_nobody); }
