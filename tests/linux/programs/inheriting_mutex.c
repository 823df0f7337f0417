// Mutexes of PTHREAD_PRIO_INHERIT, robust ones among them, between threads and processes;
// glibc only.
#include <pthread.h>
#include <sys/mman.h>
#include "results.h"

enum { kThreads = 4, kRounds = 5000 };
static pthread_mutex_t lock;
static long sum;
static void* add(void* unused) {
  for (int i = 0; i < kRounds; ++i) {
    pthread_mutex_lock(&lock);
    ++sum;
    pthread_mutex_unlock(&lock);
  }
  return unused;
}

int main(void) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  printf("%d\n", pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT));
  printf("%d\n", pthread_mutex_init(&lock, &attributes));
  pthread_t threads[kThreads];
  for (int i = 0; i < kThreads; ++i) pthread_create(&threads[i], 0, add, 0);
  for (int i = 0; i < kThreads; ++i) pthread_join(threads[i], 0);
  printf("%ld\n", sum);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_t* shared =
      mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  printf("%d\n", pthread_mutex_init(shared, &attributes));
  pid_t child = fork();
  if (child == 0) {
    pthread_mutex_lock(shared);
    usleep(20000);
    _exit(0);
  }
  usleep(10000);
  printf("%s\n", error_name(pthread_mutex_lock(shared)));
  printf("%d\n", pthread_mutex_consistent(shared));
  printf("%d\n", pthread_mutex_unlock(shared));
  waitpid(child, 0, 0);
  printf("%d\n", pthread_mutex_trylock(shared));
}
