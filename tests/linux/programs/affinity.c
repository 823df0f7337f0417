// sched_setaffinity and sched_getaffinity: the call takes effect at once and is inherited.
#include <sched.h>
#include "results.h"

static void child(void) {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  printf("%d %d\n", CPU_COUNT(&set), CPU_ISSET(0, &set) != 0);
}
static void as_nobody(void) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(0, &set);
  SHOW(sched_setaffinity(getppid(), sizeof set, &set));
  SHOW(sched_setaffinity(0, sizeof set, &set));
}

int main(void) {
  cpu_set_t set, all;
  CPU_ZERO(&set);
  SHOW(sched_setaffinity(0, sizeof set, &set));
  CPU_SET(0, &set);
  SHOW(sched_setaffinity(0, sizeof set, &set));
  printf("%d\n", sched_getcpu());
  in_child("child", child);
  SHOW(sched_getaffinity(0, sizeof all, &all));
  printf("%d\n", CPU_COUNT(&all));
  SHOW(sched_setaffinity(getpid(), sizeof set, &set));
  SHOW(sched_setaffinity(999999, sizeof set, &set));
  SHOW(sched_setaffinity(-1, sizeof set, &set));
  SHOW(syscall(SYS_sched_setaffinity, 0, sizeof set, BAD_POINTER));
  SHOW(syscall(SYS_sched_getaffinity, 0, 7, &set));
  SHOW(syscall(SYS_sched_getaffinity, 0, 4, &set));
  SHOW(syscall(SYS_sched_getaffinity, 999999, sizeof set, &set));
  as_user(1234, as_nobody);
}
