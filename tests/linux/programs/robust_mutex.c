// Robust mutexes of threads and processes that end; process-shared conditions.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
struct shared {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  int value;
};
static struct shared* shared;
static void* holder(void* argument) {
  pthread_mutex_lock(&shared->lock);
  return argument;
}
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&shared->lock, &attributes);
  pthread_condattr_t condition;
  pthread_condattr_init(&condition);
  pthread_condattr_setpshared(&condition, PTHREAD_PROCESS_SHARED);
  pthread_cond_init(&shared->changed, &condition);
  pthread_t thread;
  pthread_create(&thread, 0, holder, 0);
  pthread_join(thread, 0);
  int result = pthread_mutex_lock(&shared->lock);
  printf("%s\n", strerror(result));
  printf("%d\n", pthread_mutex_consistent(&shared->lock));
  pthread_mutex_unlock(&shared->lock);
  if (fork() == 0) {
    pthread_mutex_lock(&shared->lock);
    _exit(0);
  }
  wait(0);
  result = pthread_mutex_lock(&shared->lock);
  printf("%s\n", strerror(result));
  pthread_mutex_consistent(&shared->lock);
  if (fork() == 0) {
    pthread_mutex_lock(&shared->lock);
    shared->value = 5;
    pthread_cond_signal(&shared->changed);
    pthread_mutex_unlock(&shared->lock);
    _exit(0);
  }
  while (shared->value == 0) pthread_cond_wait(&shared->changed, &shared->lock);
  printf("%d\n", shared->value);
  pthread_mutex_unlock(&shared->lock);
  wait(0);
  return 0;
}
