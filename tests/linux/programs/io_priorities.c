// ioprio_get and ioprio_set.
#include "results.h"

enum { kClass = 1 << 13 };
static long get(int which, int who) { return syscall(SYS_ioprio_get, which, who); }
static long set(int which, int who, int value) {
  return syscall(SYS_ioprio_set, which, who, value);
}
static void as_nobody(void) {
  SHOW(set(1, 0, 1 * kClass | 4));
  SHOW(set(1, 0, 3 * kClass));
}

int main(void) {
  SHOW(set(1, 0, 2 * kClass | 6));
  SHOW(get(1, 0));
  SHOW(get(1, getpid()));
  SHOW(set(1, 0, 0 * kClass | 1));
  SHOW(set(1, 0, 4 * kClass));
  SHOW(set(9, 0, 2 * kClass));
  SHOW(set(1, 999999, 2 * kClass));
  SHOW(get(9, 0));
  SHOW(get(1, 999999));
  as_user(1234, as_nobody);
}
