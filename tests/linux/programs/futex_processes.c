// Futexes between processes: in shared anonymous memory, in a file, and what a private one does not
// see.
#include "futexes.h"
static void wait_and_wake(const char* what, int* in_child, int* here, int flags) {
  pid_t child = fork();
  if (child == 0) {
    long result = futex(in_child, WAIT | flags, 0, NULL, NULL, 0);
    _exit(result == 0 ? 0 : 1);
  }
  until_waiting(here, 0, 1);
  printf("%s: %ld private, ", what, futex(here, WAKE | PRIVATE, 1, NULL, NULL, 0));
  printf("%ld shared\n", futex(here, WAKE, 1, NULL, NULL, 0));
  wait_for("child", child);
}
int main(void) {
  enter_fresh_directory();
  int* shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  wait_and_wake("anonymous", shared, shared, 0);
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  ftruncate(fd, 8192);
  int* a = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  int* b = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 4096);
  wait_and_wake("one mapping", a + 5, a + 5, 0);
  wait_and_wake("two mappings", a + 1024, b, 0);
  int* own = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *own = 0;
  struct timespec limit = {0, 3000000};
  pid_t child = fork();
  if (child == 0) _exit(futex(own, WAIT, 0, &limit, NULL, 0) == -1 && errno == ETIMEDOUT ? 4 : 5);
  SHOW(futex(own, WAKE, 1, NULL, NULL, 0));
  wait_for("own memory", child);
  return 0;
}
