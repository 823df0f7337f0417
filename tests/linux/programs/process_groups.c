// setpgid, getpgid, getsid, setsid: who may move whom where.
#include "results.h"
static int to_child[2], to_parent[2];
static void told(void) {
  char c;
  read(to_child[0], &c, 1);
}
static void tell(void) { write(to_parent[1], "x", 1); }
int main(int count, char** arguments) {
  char c;
  if (count > 1) {
    to_parent[1] = atoi(arguments[1]), to_child[0] = atoi(arguments[2]);
    tell(), told();
    return 0;
  }
  if (fork() != 0) return wait(NULL), 0;  // So that this is no leader of a group,
  setsid();                               // and alone in a session.
  pipe(to_child), pipe(to_parent);
  SHOW(getpgrp() == getpid() && getsid(0) == getpid());
  SHOW(setsid());
  SHOW(setpgid(0, 0));
  SHOW(setpgid(0, -1));
  SHOW(setpgid(-1, 0));
  SHOW(setpgid(0x3fffffff, 0));
  SHOW(getpgid(0x3fffffff));
  SHOW(getsid(0x3fffffff));
  SHOW(getpgid(-1));
  pid_t child = fork();
  if (child == 0) {
    told();
    printf("child leads %d\n", getpgrp() == getpid());
    SHOW(setsid());
    SHOW(setpgid(0, getppid()));
    SHOW(getpgrp() == getppid());
    SHOW(setpgid(getppid(), 0));
    SHOW(setsid() == getpid());
    tell(), told();
    char a[8], b[8];
    sprintf(a, "%d", to_parent[1]), sprintf(b, "%d", to_child[0]);
    execl(arguments[0], arguments[0], a, b, NULL);
  }
  SHOW(setpgid(child, child));
  SHOW(getpgid(child) == child);
  SHOW(setpgid(child, 0x3ffffff0));
  write(to_child[1], "x", 1), read(to_parent[0], &c, 1);
  SHOW(setpgid(child, 0));
  SHOW(getsid(child) == child);
  write(to_child[1], "x", 1), read(to_parent[0], &c, 1);
  write(to_child[1], "x", 1);
  wait(NULL);
  child = fork();
  if (child == 0) {
    char a[8], b[8];
    sprintf(a, "%d", to_parent[1]), sprintf(b, "%d", to_child[0]);
    execl(arguments[0], arguments[0], a, b, NULL);
  }
  read(to_parent[0], &c, 1);
  SHOW(setpgid(child, child));  // Too late: it has called exec.
  write(to_child[1], "x", 1);
  wait(NULL);
  SHOW(getpgid(child));
  return 0;
}
