// RLIMIT_MEMLOCK of somebody who is not root, and what mlockall() does to what is there and to
// come.
#include <sys/resource.h>
#include "memory.h"
enum { RW = PROT_READ | PROT_WRITE };
static long locked_kilobytes(void) {
  static char text[4096];
  const int status = open("/proc/self/status", O_RDONLY);
  read(status, text, sizeof text - 1);
  close(status);
  return atol(strstr(text, "VmLck:") + 6);
}
static void show_locked(void) { printf("%ld kB\n", locked_kilobytes()); }
static void limit(rlim_t bytes) {
  struct rlimit now;
  getrlimit(RLIMIT_MEMLOCK, &now);
  now.rlim_cur = bytes;
  setrlimit(RLIMIT_MEMLOCK, &now);
}
static void user(void) {
  limit(8 * PAGE);
  char* area = anonymous(16 * PAGE, RW);
  SHOW(mlock(area, 8 * PAGE));
  printf("%ld kB\n", locked_kilobytes());
  SHOW(mlock(area + 8 * PAGE, PAGE));
  SHOW_OK((long)mmap(0, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0));
  SHOW(munlock(area, PAGE));
  SHOW(mlock(area + 8 * PAGE, PAGE));
  SHOW(mlockall(MCL_CURRENT));
  SHOW(munlockall());
  printf("%ld kB\n", locked_kilobytes());
  SHOW_OK((long)mmap(0, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0));
  SHOW(munlockall());
  SHOW(mlockall(MCL_FUTURE));
  SHOW_OK((long)anonymous(4 * PAGE, RW));
  printf("%ld kB\n", locked_kilobytes());
  SHOW_OK((long)anonymous(5 * PAGE, RW));
  long end = syscall(SYS_brk, 0);
  SHOW(syscall(SYS_brk, end + 64 * PAGE) == end);
  SHOW(munlockall());
  SHOW_OK((long)anonymous(5 * PAGE, RW));
  limit(0);
  SHOW(mlock(area, PAGE));
  SHOW(mlockall(MCL_FUTURE));
  SHOW_OK((long)mmap(0, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0));
  limit(4 << 20);
  SHOW(mlockall(MCL_CURRENT));
  printf("locked something: %d\n", locked_kilobytes() > 0);
  in_child("child", show_locked);
}
int main(void) {
  SHOW(mlockall(0));
  SHOW(mlockall(MCL_ONFAULT));
  SHOW(mlockall(128));
  as_user(4321, user);
  return 0;
}
