// membarrier: registering, and a barrier that is seen by other threads.
#include <pthread.h>
#include "results.h"

static volatile int a, b, stop;
static long membarrier(int command, unsigned flags) {
  return syscall(SYS_membarrier, command, flags, 0);
}
static void* other(void* unused) {
  while (!stop) {
    b = a;
  }
  return unused;
}

int main(void) {
  long known = membarrier(0, 0);
  printf("%d %d %d\n", (known & 1) != 0, (known & 8) != 0, (known & 16) != 0);
  SHOW(membarrier(8, 0));
  SHOW(membarrier(16, 0));
  SHOW(membarrier(8, 0));
  SHOW(membarrier(16, 0));
  SHOW(membarrier(1, 0));
  SHOW(membarrier(4, 0));
  SHOW(membarrier(2, 0));
  SHOW(membarrier(32, 0));
  SHOW(membarrier(64, 0));
  SHOW(membarrier(32, 0));
  SHOW(membarrier(0, 1));
  SHOW(membarrier(1 << 20, 0));
  SHOW(membarrier(-1, 0));
  pthread_t thread;
  pthread_create(&thread, 0, other, 0);
  for (int i = 1; i <= 20; ++i) {
    a = i;
    membarrier(8, 0);
  }
  stop = 1;
  pthread_join(thread, 0);
  printf("done\n");
}
