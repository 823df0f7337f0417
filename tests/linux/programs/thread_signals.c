// A signal to the process goes to a thread that does not block it; one to a thread goes there.
#include <pthread.h>
#include "signals.h"
static __thread const char* name = "main";
static const char* volatile handled_by;
static pthread_barrier_t barrier;
static volatile int done;
static void handler(int number, siginfo_t* info, void* context) { handled_by = name; }
static void* willing(void* unused) {
  name = "willing";
  unblock(SIGUSR1);
  pthread_barrier_wait(&barrier);
  while (!done) sched_yield();
  return NULL;
}
static void* blocking(void* unused) {
  name = "blocking";
  pthread_barrier_wait(&barrier);
  sigset_t pending;
  do sigpending(&pending);
  while (!sigismember(&pending, SIGUSR2));
  unblock(SIGUSR2);
  return NULL;
}
static void show_handler(const char* what) {
  while (!handled_by) sched_yield();
  printf("%s: %s\n", what, handled_by);
  handled_by = NULL;
}
int main(void) {
  pthread_t a, b;
  on(SIGUSR1, 0, handler), on(SIGUSR2, 0, handler);
  block(SIGUSR1), block(SIGUSR2);
  pthread_barrier_init(&barrier, NULL, 3);
  pthread_create(&a, NULL, willing, NULL), pthread_create(&b, NULL, blocking, NULL);
  pthread_barrier_wait(&barrier);
  kill(getpid(), SIGUSR1);
  show_handler("to the process");
  pthread_kill(a, SIGUSR1);
  show_handler("to the thread");
  pthread_kill(b, SIGUSR2);
  show_handler("to the blocking thread");
  done = 1;
  pthread_join(a, NULL), pthread_join(b, NULL);
  raise(SIGUSR1);
  sigset_t pending;
  sigpending(&pending);
  SHOW(sigismember(&pending, SIGUSR1));
  unblock(SIGUSR1);
  show_handler("to the last");
  return 0;
}
