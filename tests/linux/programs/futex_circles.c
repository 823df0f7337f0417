// Threads that would wait for one another in a circle for words that say who owns them: the one who
// closes it is told.
#include <pthread.h>
#include "results.h"
enum { LOCK_PI = 6, UNLOCK_PI = 7, PRIVATE = 128, CHAIN = 5 };
#define WAITERS 0x80000000u
static unsigned words[CHAIN];
static long futex(unsigned* at, int operation) {
  return syscall(SYS_futex, at, operation | PRIVATE, 0, 0, 0, 0);
}
static void until_waited_for(unsigned* word) {
  while (!(*(volatile unsigned*)word & WAITERS)) usleep(1000);
}
static void until_owned(unsigned* word) {
  while (!*(volatile unsigned*)word) usleep(1000);
}
// Owns its word, waits for the one before.
static void* link_of_chain(void* number) {
  unsigned* own = &words[(long)number];
  const long locked = futex(own, LOCK_PI), waited = futex(own - 1, LOCK_PI);
  const long freed = futex(own - 1, UNLOCK_PI), also = futex(own, UNLOCK_PI);
  return (void*)(locked | waited | freed | also);
}
static void circle(int length) {
  pthread_t threads[CHAIN];
  SHOW(futex(&words[0], LOCK_PI));
  for (long i = 1; i < length; ++i) {
    pthread_create(&threads[i], 0, link_of_chain, (void*)i);
    until_owned(&words[i]);
    until_waited_for(&words[i - 1]);
  }
  for (int i = 1; i < length; ++i) wait_until_state(words[i] & ~WAITERS, 'S');
  SHOW(futex(&words[length - 1], LOCK_PI));
  SHOW(futex(&words[length - 2], LOCK_PI));
  SHOW(futex(&words[0], UNLOCK_PI));
  long results = 0;
  for (long i = 1; i < length; ++i) {
    void* result;
    pthread_join(threads[i], &result);
    results |= (long)result;
  }
  printf("%ld\n", results);
  for (int i = 0; i < length; ++i) printf("%d", words[i] == 0);
  puts("");
}
// Both ways at once: one of the two is told.
static void* other(void* unused) {
  futex(&words[1], LOCK_PI);
  until_owned(&words[0]);
  const long result = futex(&words[0], LOCK_PI) == 0 ? 0 : errno;
  if (result == 0) futex(&words[0], UNLOCK_PI);
  futex(&words[1], UNLOCK_PI);
  return (void*)result;
}
static int told_once(void) {
  pthread_t thread;
  void* theirs;
  futex(&words[0], LOCK_PI);
  pthread_create(&thread, 0, other, 0);
  until_owned(&words[1]);
  const long ours = futex(&words[1], LOCK_PI) == 0 ? 0 : errno;
  if (ours == 0) futex(&words[1], UNLOCK_PI);
  futex(&words[0], UNLOCK_PI);
  pthread_join(thread, &theirs);
  return ours + (long)theirs == EDEADLK;
}
int main(void) {
  circle(2);
  circle(3);
  circle(CHAIN);
  int good = 0;
  for (int i = 0; i < 100; ++i) good += told_once();
  printf("%d\n", good);
  return 0;
}
