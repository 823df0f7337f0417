// Ends of threads and of processes: which of them decides the status.
#include <pthread.h>
#include "results.h"
static int fds[2];
static void* blocked(void* unused) {
  char c;
  read(fds[0], &c, 1);
  return NULL;
}
static void* ends_process(void* status) { _exit((long)status); }
static void* spins(void* unused) {
  for (;;) syscall(SYS_getppid);
}
static void main_returns(void) {
  pthread_t t;
  for (int i = 0; i < 4; ++i) pthread_create(&t, NULL, i % 2 ? blocked : spins, NULL);
  _exit(3);
}
static void thread_exits(void) {
  pthread_t t;
  pthread_create(&t, NULL, blocked, NULL), pthread_create(&t, NULL, ends_process, (void*)4);
  for (;;) pause();
}
static void main_goes_first(void) {
  pthread_t t;
  pthread_create(&t, NULL, ends_process, (void*)5);
  pthread_exit(NULL);
}
static void killed(void) {
  pthread_t t;
  for (int i = 0; i < 4; ++i) pthread_create(&t, NULL, i % 2 ? blocked : spins, NULL);
  raise(SIGKILL);
}
static void all_at_once(void) {
  pthread_t t;
  for (int i = 0; i < 8; ++i) pthread_create(&t, NULL, ends_process, (void*)9);
  _exit(9);
}
int main(void) {
  pipe(fds);
  in_child("main returns", main_returns);
  in_child("a thread exits", thread_exits);
  in_child("main goes first", main_goes_first);
  in_child("killed", killed);
  for (int i = 0; i < 10; ++i) in_child("all at once", all_at_once);
  return 0;
}
