// FUTEX_LOCK_PI and FUTEX_UNLOCK_PI: words that say who owns them.
#include <pthread.h>
#include <time.h>
#include "results.h"

enum {
  FUTEX_LOCK_PI = 6,
  FUTEX_UNLOCK_PI = 7,
  FUTEX_TRYLOCK_PI = 8,
  FUTEX_PRIVATE_FLAG = 128,
  FUTEX_TID_MASK = 0x3fffffff,
};
#define FUTEX_WAITERS 0x80000000u
static unsigned word;
static long futex(unsigned* at, int operation, void* timeout) {
  return syscall(SYS_futex, at, operation | FUTEX_PRIVATE_FLAG, 0, timeout, 0, 0);
}
static void* waiter(void* unused) {
  SHOW(futex(&word, FUTEX_LOCK_PI, 0));
  printf("%d\n", (word & FUTEX_TID_MASK) == (unsigned)syscall(SYS_gettid));
  SHOW(futex(&word, FUTEX_UNLOCK_PI, 0));
  return unused;
}
static void* refused(void* unused) {
  SHOW(futex(&word, FUTEX_TRYLOCK_PI, 0));
  SHOW(futex(&word, FUTEX_UNLOCK_PI, 0));
  struct timespec past = {1, 0}, wrong = {0, -1};
  SHOW(futex(&word, FUTEX_LOCK_PI, &past));
  SHOW(futex(&word, FUTEX_LOCK_PI, &wrong));
  return unused;
}

int main(void) {
  unsigned self = (unsigned)syscall(SYS_gettid);
  SHOW(futex(&word, FUTEX_LOCK_PI, 0));
  printf("%d\n", word == self);
  SHOW(futex(&word, FUTEX_LOCK_PI, 0));
  SHOW(futex(&word, FUTEX_TRYLOCK_PI, 0));
  pthread_t thread;
  pthread_create(&thread, 0, refused, 0);
  pthread_join(thread, 0);
  pthread_create(&thread, 0, waiter, 0);
  while (!(*(volatile unsigned*)&word & FUTEX_WAITERS)) usleep(1000);
  usleep(10000);
  long unlocked = futex(&word, FUTEX_UNLOCK_PI, 0);
  pthread_join(thread, 0);
  SHOW(unlocked);
  printf("%u\n", word & FUTEX_TID_MASK);
  word = 0;
  SHOW(futex(&word, FUTEX_UNLOCK_PI, 0));
  word = 0x3ffffff;
  SHOW(futex(&word, FUTEX_LOCK_PI, 0));
  SHOW(futex((unsigned*)((char*)&word + 1), FUTEX_LOCK_PI, 0));
  SHOW(futex(BAD_POINTER, FUTEX_LOCK_PI, 0));
}
