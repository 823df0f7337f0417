// Mutexes, conditions, barriers, read-write locks and semaphores of the C library, under
// contention.
#include <pthread.h>
#include <semaphore.h>
#include <time.h>
#include "results.h"
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t barrier;
static sem_t semaphore;
static long counter, turn, serial, read_sum;
static void* body(void* index) {
  for (int i = 0; i < 2000; ++i) {
    pthread_mutex_lock(&mutex);
    ++counter;
    pthread_mutex_unlock(&mutex);
  }
  if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
    __atomic_add_fetch(&serial, 1, 5);
  pthread_mutex_lock(&mutex);
  while (turn != (long)index) pthread_cond_wait(&condition, &mutex);
  printf("turn of %ld\n", turn++);
  pthread_cond_broadcast(&condition);
  pthread_mutex_unlock(&mutex);
  for (int i = 0; i < 100; ++i) {
    if (i % 10 == 0) {
      pthread_rwlock_wrlock(&lock), ++counter, pthread_rwlock_unlock(&lock);
    } else {
      pthread_rwlock_rdlock(&lock), __atomic_add_fetch(&read_sum, 1, 5),
          pthread_rwlock_unlock(&lock);
    }
    sem_wait(&semaphore), sem_post(&semaphore);
  }
  return NULL;
}
int main(void) {
  pthread_t threads[4];
  pthread_barrier_init(&barrier, NULL, 4), sem_init(&semaphore, 0, 2);
  for (long i = 0; i < 4; ++i) pthread_create(&threads[i], NULL, body, (void*)i);
  for (int i = 0; i < 4; ++i) pthread_join(threads[i], NULL);
  printf("%ld %ld %ld\n", counter, serial, read_sum);
  int value;
  sem_getvalue(&semaphore, &value);
  struct timespec past = {1, 0};
  printf("semaphore %d\n", value);
  pthread_mutex_lock(&mutex);
  printf("%s\n", error_name(pthread_cond_timedwait(&condition, &mutex, &past)));
  printf("%s\n", error_name(pthread_mutex_trylock(&mutex)));
  sem_wait(&semaphore), sem_wait(&semaphore);
  SHOW(sem_trywait(&semaphore));
  SHOW(sem_timedwait(&semaphore, &past));
  return 0;
}
