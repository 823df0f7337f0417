// The C library's locks between processes, in shared memory; one is left behind by its owner.
#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>
#include "results.h"
static struct {
  pthread_mutex_t mutex, robust;
  pthread_cond_t condition;
  sem_t semaphore;
  int counter, ready;
}* shared;
int main(void) {
  shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t attributes;
  pthread_condattr_t condition;
  pthread_mutexattr_init(&attributes),
      pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&shared->mutex, &attributes);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&shared->robust, &attributes);
  pthread_condattr_init(&condition),
      pthread_condattr_setpshared(&condition, PTHREAD_PROCESS_SHARED);
  pthread_cond_init(&shared->condition, &condition), sem_init(&shared->semaphore, 1, 0);
  for (int i = 0; i < 4; ++i) {
    if (fork() == 0) {
      for (int j = 0; j < 1000; ++j) {
        pthread_mutex_lock(&shared->mutex);
        ++shared->counter;
        pthread_mutex_unlock(&shared->mutex);
      }
      sem_post(&shared->semaphore);
      pthread_mutex_lock(&shared->mutex);
      while (!shared->ready) pthread_cond_wait(&shared->condition, &shared->mutex);
      pthread_mutex_unlock(&shared->mutex);
      _exit(0);
    }
  }
  for (int i = 0; i < 4; ++i) sem_wait(&shared->semaphore);
  pthread_mutex_lock(&shared->mutex);
  printf("%d\n", shared->counter);
  shared->ready = 1;
  pthread_cond_broadcast(&shared->condition);
  pthread_mutex_unlock(&shared->mutex);
  while (wait(NULL) > 0) continue;
  if (fork() == 0) {
    pthread_mutex_lock(&shared->robust);
    _exit(0);
  }
  wait(NULL);
  printf("%s\n", error_name(pthread_mutex_lock(&shared->robust)));
  printf("%d\n", pthread_mutex_consistent(&shared->robust));
  printf("%d\n", pthread_mutex_unlock(&shared->robust));
  printf("%d\n", pthread_mutex_trylock(&shared->robust));
  return 0;
}
