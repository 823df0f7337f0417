// Nice values of processes, groups and users.
#include <sys/resource.h>
#include "results.h"

static void child(void) {
  SHOW(getpriority(PRIO_PROCESS, 0));
  SHOW(setpriority(PRIO_PROCESS, 0, 30));
  SHOW(getpriority(PRIO_PROCESS, 0));
}
static void of_group(void) {
  SHOW(setpgid(0, 0));
  SHOW(getpriority(PRIO_PGRP, 0));
  SHOW(setpriority(PRIO_PGRP, 0, 3));
  SHOW(getpriority(PRIO_PROCESS, 0));
}
static void as_nobody(void) {
  SHOW(setpriority(PRIO_PROCESS, 0, 7));
  SHOW(setpriority(PRIO_PROCESS, 0, 6));
  SHOW(getpriority(PRIO_PROCESS, 0));
  SHOW(setpriority(PRIO_PROCESS, getppid(), 19));
  SHOW(getpriority(PRIO_USER, 0));
  errno = 0;
  int result = nice(2);
  printf("%d %s\n", result, error_name(errno));
  result = nice(-5);
  printf("%d %s\n", result, error_name(errno));
}

int main(void) {
  SHOW(getpriority(PRIO_PROCESS, 0));
  SHOW(setpriority(PRIO_PROCESS, 0, 5));
  SHOW(getpriority(PRIO_PROCESS, getpid()));
  in_child("child", child);
  in_child("group", of_group);
  SHOW(getpriority(PRIO_PROCESS, 999999));
  SHOW(getpriority(PRIO_PGRP, 999999));
  SHOW(getpriority(9, 0));
  SHOW(setpriority(9, 0, 0));
  SHOW(setpriority(PRIO_PROCESS, 999999, 0));
  as_user(54321, as_nobody);
}
