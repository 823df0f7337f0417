// Wakes that are for some of the sleepers only.
#include "futexes.h"
static int word, woken_mask;
static void* sleeper(void* bits) {
  futex(&word, WAIT_BITSET | PRIVATE, 0, NULL, NULL, (long)bits);
  __atomic_or_fetch(&woken_mask, (int)(long)bits, __ATOMIC_SEQ_CST);
  return NULL;
}
int main(void) {
  pthread_t threads[4];
  for (long i = 0; i < 4; ++i) pthread_create(&threads[i], NULL, sleeper, (void*)(1L << i));
  until_waiting(&word, PRIVATE, 4);
  SHOW(futex(&word, WAKE_BITSET | PRIVATE, 10, NULL, NULL, 0x10));
  SHOW(futex(&word, WAKE_BITSET | PRIVATE, 10, NULL, NULL, 0x4));
  pthread_join(threads[2], NULL);
  SHOW(woken_mask);
  SHOW(futex(&word, WAKE_BITSET | PRIVATE, 10, NULL, NULL, 0x9));
  pthread_join(threads[0], NULL), pthread_join(threads[3], NULL);
  SHOW(woken_mask);
  SHOW(futex(&word, WAKE | PRIVATE, 10, NULL, NULL, 0));
  pthread_join(threads[1], NULL);
  SHOW(woken_mask);
  struct timespec past = {1, 0};
  SHOW(futex(&word, WAIT_BITSET | PRIVATE, 0, &past, NULL, -1));
  SHOW(futex(&word, WAIT_BITSET | PRIVATE | REALTIME, 0, &past, NULL, -1));
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += 2000000;
  if (until.tv_nsec >= 1000000000) until.tv_nsec -= 1000000000, ++until.tv_sec;
  SHOW(futex(&word, WAIT_BITSET | PRIVATE | REALTIME, 0, &until, NULL, -1));
  return 0;
}
