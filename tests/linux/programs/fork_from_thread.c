// A fork takes along only the thread that calls it; pthread_atfork; waiting for another thread's
// child.
#include <pthread.h>
#include "results.h"
static volatile int stop, spins;
static int before_count, parent_count, child_count;
static void before(void) { ++before_count; }
static void in_parent(void) { ++parent_count; }
static void in_the_child(void) { ++child_count; }
static void* spin(void* unused) {
  while (!stop) ++spins;
  return NULL;
}
static void* forks(void* result) {
  pid_t child = fork();
  if (child == 0) {
    int now = spins;
    for (volatile int i = 0; i < 100000; ++i) continue;
    _exit(spins == now && syscall(SYS_gettid) == getpid() ? 5 : 6);
  }
  *(pid_t*)result = child;
  return NULL;
}
int main(void) {
  pthread_t spinner, forker;
  pid_t child;
  pthread_atfork(before, in_parent, in_the_child);
  pthread_create(&spinner, NULL, spin, NULL), pthread_create(&forker, NULL, forks, &child);
  pthread_join(forker, NULL);
  wait_for("child", child);
  stop = 1;
  pthread_join(spinner, NULL);
  for (int i = 0; i < 3; ++i) {
    child = fork();
    if (child == 0) {
      pthread_t own;
      stop = 0;
      pthread_create(&own, NULL, forks, &child), pthread_join(own, NULL);
      int status;
      waitpid(child, &status, 0);
      _exit(WEXITSTATUS(status) + 10 * child_count);
    }
    wait_for("tree", child);
  }
  printf("%d %d %d\n", before_count, parent_count, child_count);
  return 0;
}
