// prctl: what a process can say of itself.
#include <sys/prctl.h>
#include "results.h"

int main(void) {
  char name[16] = "";
  int signal = -1, number = -1;
  SHOW(prctl(PR_SET_NAME, "a name that is far too long"));
  SHOW(prctl(PR_GET_NAME, name));
  printf("%s\n", name);
  SHOW(prctl(PR_SET_PDEATHSIG, SIGUSR1));
  SHOW(prctl(PR_GET_PDEATHSIG, &signal));
  printf("%d\n", signal == SIGUSR1);
  SHOW(prctl(PR_SET_PDEATHSIG, 99));
  SHOW(prctl(PR_GET_DUMPABLE));
  SHOW(prctl(PR_SET_DUMPABLE, 0));
  SHOW(prctl(PR_GET_DUMPABLE));
  SHOW(prctl(PR_SET_DUMPABLE, 2));
  SHOW(prctl(PR_SET_DUMPABLE, 1));
  SHOW(prctl(PR_GET_KEEPCAPS));
  SHOW(prctl(PR_SET_KEEPCAPS, 1));
  SHOW(prctl(PR_GET_KEEPCAPS));
  SHOW(prctl(PR_SET_KEEPCAPS, 2));
  SHOW(prctl(PR_SET_KEEPCAPS, 0));
  SHOW(prctl(PR_GET_TIMERSLACK));
  SHOW(prctl(PR_SET_TIMERSLACK, 1000));
  SHOW(prctl(PR_GET_TIMERSLACK));
  SHOW(prctl(PR_SET_TIMERSLACK, 0));
  SHOW(prctl(PR_GET_TIMERSLACK));
  SHOW(prctl(PR_SET_CHILD_SUBREAPER, 1));
  SHOW(prctl(PR_GET_CHILD_SUBREAPER, &number));
  printf("%d\n", number);
  SHOW(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  SHOW(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
  SHOW(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  SHOW(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  SHOW(prctl(PR_CAPBSET_READ, 0));
  SHOW(prctl(PR_CAPBSET_READ, 99));
  SHOW(prctl(PR_CAPBSET_DROP, 5));
  SHOW(prctl(PR_CAPBSET_READ, 5));
  SHOW(prctl(PR_CAPBSET_DROP, 99));
  SHOW(prctl(PR_GET_SECUREBITS));
  SHOW(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0));
  SHOW(prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0));
  SHOW(prctl(12345));
  SHOW(prctl(PR_GET_NAME, BAD_POINTER));
}
