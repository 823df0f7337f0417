// Several threads that wait for children at once: each child is had by exactly one of them.
#include <pthread.h>
#include "results.h"
static int seen[40];
static void* waits(void* unused) {
  int status;
  long count = 0;
  while (waitpid(-1, &status, 0) > 0) {
    __atomic_add_fetch(&seen[WEXITSTATUS(status)], 1, __ATOMIC_SEQ_CST);
    ++count;
  }
  return (void*)(count + (errno == ECHILD ? 0 : 1000));
}
int main(void) {
  pthread_t threads[4];
  int fds[2];
  pipe(fds);
  for (int i = 0; i < 40; ++i) {
    if (fork() == 0) {
      char c;
      close(fds[1]);
      read(fds[0], &c, 1);
      _exit(i);
    }
  }
  for (int i = 0; i < 4; ++i) pthread_create(&threads[i], NULL, waits, NULL);
  close(fds[1]);
  long total = 0;
  for (int i = 0; i < 4; ++i) {
    void* count;
    pthread_join(threads[i], &count);
    total += (long)count;
  }
  int once = 0;
  for (int i = 0; i < 40; ++i) once += seen[i] == 1;
  printf("%ld children, %d of them seen once\n", total, once);
  return 0;
}
