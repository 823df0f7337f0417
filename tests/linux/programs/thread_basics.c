// Threads: numbers, their own errno and variables, results, detached ones, many of them.
#include <pthread.h>
#include "results.h"
static __thread int own = 7;
static int shared;
static void* body(void* argument) {
  own += (long)argument, errno = (long)argument;
  __atomic_add_fetch(&shared, own, __ATOMIC_SEQ_CST);
  sched_yield();
  return (void*)(long)(errno == (long)argument && own == 7 + (long)argument);
}
static void* number(void* unused) {
  return (void*)(long)(syscall(SYS_gettid) != getpid() && syscall(SYS_getpid) == getpid());
}
static void* nothing(void* unused) { return NULL; }
int main(void) {
  pthread_t threads[32];
  void* result;
  int good = 0;
  for (long i = 0; i < 32; ++i) pthread_create(&threads[i], NULL, body, (void*)i);
  for (int i = 0; i < 32; ++i) pthread_join(threads[i], &result), good += (long)result;
  printf("%d good, sum %d, own %d\n", good, shared, own);
  pthread_create(threads, NULL, number, NULL), pthread_join(*threads, &result);
  printf("%ld\n", (long)result);
  int made = 0;
  for (int i = 0; i < 500; ++i)
    made += !pthread_create(threads, NULL, nothing, NULL) && !pthread_join(*threads, NULL);
  printf("%d one after the other\n", made);
  pthread_attr_t detached;
  pthread_attr_init(&detached), pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
  made = 0;
  for (int i = 0; i < 100; ++i) made += !pthread_create(threads, &detached, nothing, NULL);
  printf("%d detached\n", made);
  return 0;
}
