// Scheduling policies that anybody may have, and what is refused.
#include <sched.h>
#include <sys/resource.h>
#include <time.h>
#include "results.h"

struct attributes {
  uint32_t size, policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime, deadline, period;
};
static void as_nobody(void) {
  struct sched_param one = {.sched_priority = 1}, none = {0};
  SHOW(syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &one));
  SHOW(syscall(SYS_sched_setscheduler, 0, SCHED_RR, &one));
  SHOW(syscall(SYS_sched_setscheduler, getppid(), SCHED_BATCH, &none));
  SHOW(syscall(SYS_sched_setscheduler, 0, SCHED_BATCH, &none));
  SHOW(syscall(SYS_sched_getscheduler, 0));
}

int main(void) {
  struct sched_param none = {0}, one = {.sched_priority = 1}, found = {.sched_priority = 9};
  SHOW(syscall(SYS_sched_getscheduler, 0));
  SHOW(syscall(SYS_sched_getparam, 0, &found));
  printf("%d\n", found.sched_priority);
  SHOW(syscall(SYS_sched_setscheduler, 0, SCHED_BATCH, &none));
  SHOW(syscall(SYS_sched_getscheduler, 0));
  SHOW(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER | 0x40000000, &none));
  SHOW(syscall(SYS_sched_getscheduler, 0));
  SHOW(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &none));
  SHOW(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &one));
  SHOW(syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &none));
  SHOW(syscall(SYS_sched_setscheduler, 0, 99, &none));
  SHOW(syscall(SYS_sched_setscheduler, 0, -1, &none));
  SHOW(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, 0));
  SHOW(syscall(SYS_sched_setscheduler, 999999, SCHED_OTHER, &none));
  SHOW(syscall(SYS_sched_setparam, 0, &none));
  SHOW(syscall(SYS_sched_setparam, 0, &one));
  SHOW(syscall(SYS_sched_setparam, 0, 0));
  SHOW(syscall(SYS_sched_getparam, 0, 0));
  SHOW(syscall(SYS_sched_getparam, -1, &found));
  SHOW(sched_get_priority_max(SCHED_FIFO));
  SHOW(sched_get_priority_min(SCHED_RR));
  SHOW(sched_get_priority_max(SCHED_OTHER));
  SHOW(sched_get_priority_max(99));
  struct attributes attributes = {.size = 48};
  SHOW(syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0));
  printf("%u %u %d %u\n", attributes.size, attributes.policy, attributes.nice, attributes.priority);
  attributes.nice = 5;
  SHOW(syscall(SYS_sched_setattr, 0, &attributes, 0));
  SHOW(getpriority(PRIO_PROCESS, 0));
  SHOW(syscall(SYS_sched_getattr, 0, &attributes, 10, 0));
  SHOW(syscall(SYS_sched_getattr, 0, 0, 48, 0));
  SHOW(syscall(SYS_sched_setattr, 0, &attributes, 1));
  as_user(1234, as_nobody);
}
