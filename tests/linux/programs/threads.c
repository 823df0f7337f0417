// Threads: creation, joining, mutexes, conditions, thread-local storage.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static long counter;
static int turn;
static __thread int local;
static void* count(void* argument) {
  local = (int)(long)argument;
  for (int i = 0; i < 20000; ++i) {
    pthread_mutex_lock(&lock);
    ++counter;
    pthread_mutex_unlock(&lock);
  }
  return (void*)(long)local;
}
static void* pong(void* argument) {
  for (int i = 0; i < 1000; ++i) {
    pthread_mutex_lock(&lock);
    while (turn != 1) pthread_cond_wait(&changed, &lock);
    turn = 0;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
  }
  return argument;
}
int main(void) {
  pthread_t threads[4];
  long sum = 0;
  for (long i = 0; i < 4; ++i) pthread_create(&threads[i], 0, count, (void*)(i + 1));
  for (int i = 0; i < 4; ++i) {
    void* result;
    pthread_join(threads[i], &result);
    sum += (long)result;
  }
  printf("%ld %ld\n", counter, sum);
  pthread_create(&threads[0], 0, pong, 0);
  for (int i = 0; i < 1000; ++i) {
    pthread_mutex_lock(&lock);
    while (turn != 0) pthread_cond_wait(&changed, &lock);
    turn = 1;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
  }
  pthread_join(threads[0], 0);
  printf("ping-pong done\n");
  for (int i = 0; i < 100; ++i) {
    pthread_create(&threads[0], 0, count, 0);
    pthread_detach(threads[0]);
    if (i % 10) continue;
  }
  exit(5);
}
