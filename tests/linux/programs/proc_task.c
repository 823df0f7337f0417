// Threads in /proc.
#define _GNU_SOURCE
#include <pthread.h>
#include "proc.h"
static int ids[3];
static pthread_barrier_t ready, done;
static void* run(void* argument) {
  char name[16];
  int index = (int)(long)argument;
  snprintf(name, sizeof name, "worker %d", index);
  prctl(PR_SET_NAME, name);
  ids[index] = gettid();
  pthread_barrier_wait(&ready);
  pthread_barrier_wait(&done);
  return 0;
}
int main(void) {
  pthread_t threads[3];
  pthread_barrier_init(&ready, 0, 4);
  pthread_barrier_init(&done, 0, 4);
  for (long i = 0; i < 3; ++i) pthread_create(&threads[i], 0, run, (void*)i);
  pthread_barrier_wait(&ready);
  DIR* list = opendir("/proc/self/task");
  int count = 0, known = 0;
  for (struct dirent* entry; (entry = readdir(list)) != 0;) {
    if (entry->d_name[0] == '.') continue;
    ++count;
    int id = atoi(entry->d_name);
    known += id == getpid() || id == ids[0] || id == ids[1] || id == ids[2];
  }
  printf("threads %d %d\n", count, known);
  for (int i = 0; i < 3; ++i) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/comm", ids[i]);
    slurp(path);
    printf("%s", text);
    snprintf(path, sizeof path, "/proc/%d/stat", ids[i]);
    slurp(path);
    printf("pid %d\n", atoi(text) == ids[i]);
    snprintf(path, sizeof path, "/proc/self/task/%d/status", ids[i]);
    slurp(path);
    printf("%d %d %s\n", atoi(field("Pid")) == ids[i], atoi(field("Tgid")) == getpid(),
           field("Threads"));
  }
  slurp("/proc/self/status");
  printf("Threads %s\n", field("Threads"));
  outcome("no such thread", open("/proc/self/task/1999999", O_RDONLY));
  outcome("no task in task", open("/proc/thread-self/task", O_RDONLY));
  pthread_barrier_wait(&done);
  for (int i = 0; i < 3; ++i) pthread_join(threads[i], 0);
  usleep(50000);
  slurp("/proc/self/status");
  printf("Threads %s\n", field("Threads"));
  return 0;
}
