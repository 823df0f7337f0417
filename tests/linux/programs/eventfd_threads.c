// eventfd: many writers and readers lose nothing.
#include <pthread.h>
#include <sys/eventfd.h>
#include "results.h"

enum { kThreads = 3, kRounds = 2000 };
static int fd, semaphore;
static long sum, taken;
static void* add(void* unused) {
  for (int i = 0; i < kRounds; ++i) {
    eventfd_write(fd, 2);
    eventfd_write(semaphore, 1);
  }
  return unused;
}
static void* take(void* unused) {
  eventfd_t value;
  for (int i = 0; i < kRounds; ++i) {
    eventfd_read(semaphore, &value);
    __atomic_fetch_add(&taken, (long)value, __ATOMIC_RELAXED);
  }
  return unused;
}

int main(void) {
  fd = eventfd(0, EFD_NONBLOCK);
  semaphore = eventfd(0, EFD_SEMAPHORE);
  pthread_t threads[2 * kThreads];
  for (int i = 0; i < kThreads; ++i) {
    pthread_create(&threads[2 * i], 0, add, 0);
    pthread_create(&threads[2 * i + 1], 0, take, 0);
  }
  for (int i = 0; i < 2 * kThreads; ++i) pthread_join(threads[i], 0);
  eventfd_t value = 0;
  SHOW(eventfd_read(fd, &value));
  printf("%llu %ld\n", (unsigned long long)value, taken);
}
