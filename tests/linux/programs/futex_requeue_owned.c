// FUTEX_WAIT_REQUEUE_PI and FUTEX_CMP_REQUEUE_PI: waiting for one word to own another.
#include <signal.h>
#include "futexes.h"

enum { LOCK_PI = 6, UNLOCK_PI = 7, WAIT_REQUEUE_PI = 11, CMP_REQUEUE_PI = 12, THREADS = 3 };
#define TID_MASK 0x3fffffffu
#define WAITERS 0x80000000u

static int condition;
static unsigned lock, other_lock;
static int owned, handled;

static unsigned self(void) { return (unsigned)syscall(SYS_gettid); }
static long wait_requeue(unsigned* target, struct timespec* limit) {
  return futex(&condition, WAIT_REQUEUE_PI | PRIVATE, condition, limit, target, 0);
}
static long requeue(unsigned* target, int more) {
  return futex(&condition, CMP_REQUEUE_PI | PRIVATE, 1, (void*)(long)more, target, condition);
}
static void unlock(void) { futex(&lock, UNLOCK_PI | PRIVATE, 0, 0, 0, 0); }

static void* own(void* unused) {
  if (wait_requeue(&lock, 0) != 0 || (lock & TID_MASK) != self()) return "not given";
  ++owned;
  unlock();
  return unused;
}
static void* not_given(void* unused) {
  SHOW(wait_requeue(&lock, 0));
  return unused;
}
static void* own_other(void* unused) {
  long done = wait_requeue(&other_lock, 0);
  futex(&other_lock, UNLOCK_PI | PRIVATE, 0, 0, 0, 0);
  SHOW(done);
  return unused;
}
static void* plain(void* unused) {
  futex(&condition, WAIT | PRIVATE, condition, 0, 0, 0);
  return unused;
}
static void on_signal(int number) { handled = number; }

// Until so many have been moved, which may not wait yet.
static void requeue_all(int count) {
  for (int moved = 0; moved < count;) {
    long done = requeue(&lock, INT_MAX - 1);
    if (done < 0) {
      SHOW(done);
      return;
    }
    moved += done;
    sched_yield();
  }
}

static void errors(void) {
  struct timespec past = {1, 0}, wrong = {0, -1};
  SHOW(futex(&condition, WAIT_REQUEUE_PI | PRIVATE, 1, 0, &lock, 0));
  SHOW(futex(&condition, WAIT_REQUEUE_PI | PRIVATE, 0, 0, &condition, 0));
  SHOW(wait_requeue(&lock, &past));
  SHOW(wait_requeue(&lock, &wrong));
  SHOW(futex(&condition, WAIT_REQUEUE_PI | PRIVATE | REALTIME, 0, &past, &lock, 0));
  SHOW(wait_requeue((void*)((char*)&lock + 1), 0));
  SHOW(requeue(&lock, 0));
  SHOW(requeue(&lock, -1));
  SHOW(requeue((unsigned*)&condition, 1));
  SHOW(futex(&condition, CMP_REQUEUE_PI | PRIVATE, 1, 0, &lock, 5));
  SHOW(futex(&condition, CMP_REQUEUE_PI | PRIVATE, 2, 0, &lock, 0));
  SHOW(futex(BAD_POINTER, CMP_REQUEUE_PI | PRIVATE, 1, 0, &lock, 0));
}

int main(void) {
  pthread_t threads[THREADS];
  void* result;
  errors();

  puts("the lock is free");
  for (int i = 0; i < THREADS; ++i) pthread_create(&threads[i], 0, own, 0);
  requeue_all(THREADS);
  for (int i = 0; i < THREADS; ++i)
    pthread_join(threads[i], &result), puts(result ? result : "given");
  printf("%d %u\n", owned, lock & TID_MASK);

  puts("the lock is owned");
  lock = self();
  for (int i = 0; i < THREADS; ++i) pthread_create(&threads[i], 0, own, 0);
  requeue_all(THREADS);
  printf("%d %d\n", owned, lock == (self() | WAITERS));
  unlock();
  for (int i = 0; i < THREADS; ++i)
    pthread_join(threads[i], &result), puts(result ? result : "given");
  printf("%d %u\n", owned, lock & TID_MASK);

  puts("a signal after the move");
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGUSR1, &action, 0);
  lock = self();
  pthread_create(&threads[0], 0, not_given, 0);
  requeue_all(1);
  pthread_kill(threads[0], SIGUSR1);
  pthread_join(threads[0], 0);
  printf("%d\n", handled);
  unlock();

  puts("others who wait");
  pthread_create(&threads[0], 0, plain, 0);
  until_waiting(&condition, PRIVATE, 1);
  SHOW(requeue(&lock, 0));
  futex(&condition, WAKE | PRIVATE, 1, 0, 0, 0);
  pthread_join(threads[0], 0);

  puts("another lock");
  pthread_create(&threads[0], 0, own_other, 0);
  long done;
  while ((done = requeue(&lock, 0)) == 0) sched_yield();
  puts(error_name(errno));
  done = requeue(&other_lock, 0);
  pthread_join(threads[0], 0);
  printf("%ld\n", done);

  puts("nobody's lock");
  pthread_create(&threads[0], 0, own, 0);
  lock = TID_MASK;
  while ((done = requeue(&lock, 0)) == 0) sched_yield();
  puts(error_name(errno));
  lock = 0;
  requeue_all(1);
  pthread_join(threads[0], 0);
}
