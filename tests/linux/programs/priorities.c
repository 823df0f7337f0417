// getpriority, setpriority and the scheduling calls: ranges, rights, strangers.
#include <sched.h>
#include <sys/resource.h>
#include "results.h"
static void user(void) {
  SHOW(setpriority(PRIO_PROCESS, 0, 5));
  SHOW(setpriority(PRIO_PROCESS, 0, 0));
  SHOW(setpriority(PRIO_PROCESS, getppid(), 10));
  SHOW(getpriority(PRIO_PROCESS, 0));
  SHOW(sched_setaffinity(getppid(), sizeof(cpu_set_t), &(cpu_set_t){{1}}));
}
int main(void) {
  SHOW(syscall(SYS_getpriority, PRIO_PROCESS, 0));
  SHOW(setpriority(PRIO_PROCESS, 0, 100));
  SHOW(syscall(SYS_getpriority, PRIO_PROCESS, 0));
  SHOW(setpriority(PRIO_PROCESS, 0, -100));
  SHOW(syscall(SYS_getpriority, PRIO_PROCESS, 0));
  SHOW(setpriority(PRIO_PROCESS, 0, 0));
  SHOW(getpriority(3, 0));
  SHOW(getpriority(-1, 0));
  SHOW(getpriority(PRIO_PROCESS, 0x3fffffff));
  SHOW(getpriority(PRIO_PGRP, 0x3fffffff));
  SHOW(getpriority(PRIO_USER, 54323));
  SHOW(setpriority(PRIO_PROCESS, 0x3fffffff, 0));
  as_user(1000, user);
  SHOW(syscall(SYS_sched_getscheduler, 0));
  SHOW(syscall(SYS_sched_getscheduler, -1));
  SHOW(syscall(SYS_sched_getscheduler, 0x3fffffff));
  struct sched_param parameters = {5};
  SHOW(syscall(SYS_sched_getparam, 0, &parameters));
  SHOW(parameters.sched_priority);
  SHOW(syscall(SYS_sched_getparam, 0, NULL));
  SHOW(syscall(SYS_sched_getparam, -1, &parameters));
  SHOW(syscall(SYS_sched_getparam, 0x3fffffff, &parameters));
  SHOW(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &parameters));
  SHOW(syscall(SYS_sched_setscheduler, 0, 99, &parameters));
  SHOW(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, NULL));
  SHOW(syscall(SYS_sched_setscheduler, 0x3fffffff, SCHED_OTHER, &parameters));
  SHOW(syscall(SYS_sched_setscheduler, 0, SCHED_BATCH, &parameters));
  SHOW(syscall(SYS_sched_getscheduler, 0));
  SHOW(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &(struct sched_param){1}));
  for (int policy = 0; policy < 7; ++policy) {
    printf("%d: %d %d\n", policy, sched_get_priority_min(policy), sched_get_priority_max(policy));
  }
  unsigned long mask[16] = {0};
  SHOW(syscall(SYS_sched_setaffinity, 0, sizeof mask, mask));
  SHOW(syscall(SYS_sched_setaffinity, 0, sizeof mask, BAD_POINTER));
  SHOW(syscall(SYS_sched_setaffinity, 0x3fffffff, sizeof mask, mask));
  SHOW(syscall(SYS_sched_getaffinity, 0, 1, mask));
  SHOW(syscall(SYS_sched_getaffinity, 0, 0, mask));
  SHOW(syscall(SYS_sched_getaffinity, 0x3fffffff, sizeof mask, mask));
  SHOW(syscall(SYS_sched_getaffinity, 0, sizeof mask, BAD_POINTER));
  SHOW(syscall(SYS_sched_getaffinity, 0, sizeof mask, mask) > 0 && mask[0] & 1);
  mask[0] = 1;
  SHOW(syscall(SYS_sched_setaffinity, 0, sizeof mask, mask));
  SHOW(syscall(SYS_sched_getaffinity, 0, sizeof mask, mask) > 0 && mask[0] == 1);
  SHOW(sched_yield());
  return 0;
}
