// futex_waitv: waiting for several words.
#include <pthread.h>
#include <time.h>
#include "results.h"

struct waitv {
  uint64_t value, address;
  uint32_t flags, reserved;
};
static unsigned words[3];
static long waitv(struct waitv* list, unsigned count, unsigned flags, struct timespec* timeout,
                  int clock) {
  return syscall(449, list, count, flags, timeout, clock);
}
static void* wake(void* unused) {
  while (syscall(SYS_futex, &words[1], 1 | 128, 1, 0, 0, 0) != 1) usleep(1000);
  words[1] = 1;
  return unused;
}

int main(void) {
  struct waitv list[3];
  for (int i = 0; i < 3; ++i) list[i] = (struct waitv){0, (uintptr_t)&words[i], 2 | 128, 0};
  pthread_t thread;
  pthread_create(&thread, 0, wake, 0);
  SHOW(waitv(list, 3, 0, 0, 0));
  pthread_join(thread, 0);
  SHOW(waitv(list, 3, 0, 0, 0));
  words[1] = 0;
  struct timespec soon;
  clock_gettime(CLOCK_MONOTONIC, &soon);
  SHOW(waitv(list, 3, 0, &soon, CLOCK_MONOTONIC));
  clock_gettime(CLOCK_REALTIME, &soon);
  SHOW(waitv(list, 3, 0, &soon, CLOCK_REALTIME));
  SHOW(waitv(list, 3, 0, &soon, 7));
  SHOW(waitv(list, 0, 0, 0, 0));
  SHOW(waitv(list, 129, 0, 0, 0));
  SHOW(waitv(list, 3, 1, 0, 0));
  SHOW(waitv(0, 3, 0, 0, 0));
  list[1].reserved = 1;
  SHOW(waitv(list, 3, 0, 0, 0));
  list[1].reserved = 0;
  list[1].flags = 128;
  SHOW(waitv(list, 3, 0, 0, 0));
  list[1].flags = 130;
  list[1].address += 1;
  SHOW(waitv(list, 3, 0, 0, 0));
  list[1].address = 8;
  SHOW(waitv(list, 3, 0, 0, 0));
}
