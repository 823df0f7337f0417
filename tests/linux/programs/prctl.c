// prctl: names, flags, and options that are refused.
#include <sys/prctl.h>
#include "results.h"
static void died(int number) {
  write(1, "parent died\n", 12);
  _exit(0);
}
static void parent_dies(void) {
  int fds[2];
  pipe(fds);
  if (fork() == 0) {
    signal(SIGUSR1, died);
    prctl(PR_SET_PDEATHSIG, SIGUSR1);
    write(fds[1], "x", 1);
    for (;;) pause();
  }
  char c;
  read(fds[0], &c, 1);
}
int main(void) {
  char name[17] = {0};
  int value = -1;
  SHOW(prctl(PR_SET_NAME, "a name longer than fits"));
  SHOW(prctl(PR_GET_NAME, name));
  puts(name);
  SHOW(prctl(PR_SET_NAME, BAD_POINTER));
  SHOW(prctl(PR_GET_NAME, BAD_POINTER));
  SHOW(prctl(PR_SET_PDEATHSIG, 65));
  SHOW(prctl(PR_SET_PDEATHSIG, SIGTERM));
  SHOW(prctl(PR_GET_PDEATHSIG, &value));
  SHOW(value);
  SHOW(prctl(PR_SET_PDEATHSIG, 0));
  SHOW(prctl(PR_GET_DUMPABLE));
  SHOW(prctl(PR_SET_DUMPABLE, 2));
  SHOW(prctl(PR_SET_DUMPABLE, 0));
  SHOW(prctl(PR_GET_DUMPABLE));
  SHOW(prctl(PR_SET_DUMPABLE, 1));
  SHOW(prctl(PR_GET_KEEPCAPS));
  SHOW(prctl(PR_SET_KEEPCAPS, 2));
  SHOW(prctl(PR_SET_KEEPCAPS, 1));
  SHOW(prctl(PR_GET_KEEPCAPS));
  SHOW(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  SHOW(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
  SHOW(prctl(PR_SET_NO_NEW_PRIVS, 1, 1, 0, 0));
  SHOW(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  SHOW(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  SHOW(prctl(PR_GET_TIMERSLACK));
  SHOW(prctl(PR_SET_TIMERSLACK, 123456));
  SHOW(prctl(PR_GET_TIMERSLACK));
  SHOW(prctl(PR_SET_TIMERSLACK, 0));
  SHOW(prctl(PR_GET_TIMERSLACK));
  SHOW(prctl(PR_CAPBSET_READ, 0));
  SHOW(prctl(PR_CAPBSET_READ, 1000));
  SHOW(prctl(99999));
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  if (fork() == 0) {
    parent_dies();
    _exit(0);
  }
  while (wait(NULL) > 0) continue;
  return 0;
}
