// For the programs about futexes: the call itself, and threads that say when they wait.
#pragma once
#include <pthread.h>
#include <sys/mman.h>
#include <time.h>

#include "results.h"

enum {
  WAIT = 0,
  WAKE = 1,
  REQUEUE = 3,
  CMP_REQUEUE = 4,
  WAKE_OP = 5,
  WAIT_BITSET = 9,
  WAKE_BITSET = 10,
  PRIVATE = 128,
  REALTIME = 256
};

static inline long futex(void* word, int operation, int value, void* limit, void* second,
                         int last) {
  return syscall(SYS_futex, word, operation, value, limit, second, last);
}

// A sleeping thread is one that FUTEX_REQUEUE to the word itself counts without waking it.
static inline void until_waiting(int* word, int flags, int count) {
  while (futex(word, REQUEUE | flags, 0, (void*)(long)INT_MAX, word, 0) != count) sched_yield();
}
