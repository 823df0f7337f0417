// Cancelling threads: in a call that waits, at a point, at once; and what cleans up behind them.
#include <pthread.h>
#include "results.h"
static int fds[2];
static volatile int started;
static pthread_key_t key;
static void clean(void* what) { printf("cleaning %s\n", (const char*)what); }
static void* in_read(void* unused) {
  char c;
  pthread_setspecific(key, "key");
  pthread_cleanup_push(clean, "read");
  started = 1;
  read(fds[0], &c, 1);
  pthread_cleanup_pop(0);
  return NULL;
}
static void* at_point(void* unused) {
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
  pthread_cleanup_push(clean, "point");
  started = 1;
  while (started == 1) sched_yield();
  puts("still running");
  pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
  pthread_testcancel();
  puts("not reached");
  pthread_cleanup_pop(0);
  return NULL;
}
static void* at_once(void* unused) {
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
  for (started = 1;;) continue;
}
static void* in_condition(void* unused) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  pthread_mutex_lock(&mutex);
  pthread_cleanup_push(clean, "condition");
  started = 1;
  pthread_cond_wait(&condition, &mutex);
  pthread_cleanup_pop(0);
  return NULL;
}
static void run(const char* what, void* (*body)(void*)) {
  pthread_t thread;
  void* result;
  started = 0;
  pthread_create(&thread, NULL, body, NULL);
  while (!started) sched_yield();
  int failed = pthread_cancel(thread);
  started = 2;
  pthread_join(thread, &result);
  printf("%s: %d %s\n", what, failed, result == PTHREAD_CANCELED ? "cancelled" : "returned");
}
int main(void) {
  pipe(fds);
  pthread_key_create(&key, clean);
  run("read", in_read);
  run("once", at_once);
  run("condition", in_condition);
  pthread_t thread;
  started = 0;
  pthread_create(&thread, NULL, at_point, NULL);
  while (!started) sched_yield();
  pthread_cancel(thread);
  started = 2;
  pthread_join(thread, NULL);
  puts("joined");
  return 0;
}
