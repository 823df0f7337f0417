// Shared anonymous memory: a child writes what its parent reads, at any depth of forks.
#include "memory.h"
int main(void) {
  int* counter = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int* copied = (int*)anonymous(PAGE, PROT_READ | PROT_WRITE);
  for (int i = 0; i < 4; ++i) {
    if (fork() == 0) {
      for (int j = 0; j < 1000; ++j) __atomic_add_fetch(counter, 1, __ATOMIC_SEQ_CST), ++*copied;
      if (fork() == 0) {
        __atomic_add_fetch(counter, 5000, __ATOMIC_SEQ_CST);
        _exit(0);
      }
      wait(NULL);
      _exit(0);
    }
  }
  while (wait(NULL) > 0) continue;
  printf("%d %d\n", *counter, *copied);
  char* big = mmap(0, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (fork() == 0) {
    for (int i = 0; i < 64; ++i) big[i * PAGE] = i;
    munmap(big, 64 * PAGE);
    _exit(0);
  }
  wait(NULL);
  int sum = 0;
  for (int i = 0; i < 64; ++i) sum += big[i * PAGE];
  printf("sum %d\n", sum);
  if (fork() == 0) {
    mprotect(big, PAGE, PROT_NONE);
    mmap(big + PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    big[PAGE] = 99;
    _exit(0);
  }
  wait(NULL);
  printf("%d %d\n", big[0], big[PAGE]);
  return 0;
}
