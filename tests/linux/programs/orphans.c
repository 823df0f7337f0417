// Who becomes the parent of a child whose own has gone: the nearest subreaper.
#include <sys/prctl.h>
#include "results.h"
int main(void) {
  int fds[2], status, value = -1;
  pipe(fds);
  SHOW(prctl(PR_GET_CHILD_SUBREAPER, &value));
  SHOW(value);
  SHOW(prctl(PR_SET_CHILD_SUBREAPER, 5));
  SHOW(prctl(PR_GET_CHILD_SUBREAPER, &value));
  SHOW(value);
  SHOW(prctl(PR_GET_CHILD_SUBREAPER, BAD_POINTER));
  pid_t self = getpid(), child = fork();
  if (child == 0) {
    prctl(PR_GET_CHILD_SUBREAPER, &value);
    printf("inherited %d\n", value);
    pid_t middle = getpid();
    if (fork() == 0) {
      char c;
      read(fds[0], &c, 1);
      printf("parent was the middle: %d, is the reaper: %d\n", getppid() == middle,
             getppid() == self);
      _exit(7);
    }
    _exit(3);
  }
  waitpid(child, &status, 0);
  show_status("middle", status);
  write(fds[1], "x", 1);
  pid_t orphan = wait(&status);
  SHOW(orphan > 0 && orphan != child);
  show_status("orphan", status);
  SHOW(wait(NULL));
  child = fork();
  if (child == 0) {  // Orphans that are zombies already come along.
    for (int i = 0; i < 3; ++i) {
      if (fork() == 0) _exit(10 + i);
    }
    siginfo_t info;
    for (int i = 0; i < 3; ++i) waitid(P_ALL, 0, &info, WEXITED | WNOWAIT);
    _exit(0);
  }
  int sum = 0, count = 0;
  while (wait(&status) > 0) sum += WEXITSTATUS(status), ++count;
  printf("%d children, sum %d\n", count, sum);
  return 0;
}
