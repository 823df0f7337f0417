// msync, mincore, mlock and their kin: ranges and errors.
#include <sys/resource.h>
#include "memory.h"
enum { RW = PROT_READ | PROT_WRITE };
static void user(void) {
  char* at = anonymous(64 * PAGE, RW);
  setrlimit(RLIMIT_MEMLOCK, &(struct rlimit){16 * PAGE, 16 * PAGE});
  SHOW(mlock(at, 16 * PAGE));
  SHOW(mlock(at, 17 * PAGE));
  SHOW(munlock(at, 16 * PAGE));
  setrlimit(RLIMIT_MEMLOCK, &(struct rlimit){0, 0});
  SHOW(mlock(at, PAGE));
  SHOW(mlockall(MCL_CURRENT));
  SHOW_OK((long)mmap(0, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0));
}
int main(void) {
  unsigned char pages[8];
  char* at = anonymous(8 * PAGE, RW);
  munmap(at + 4 * PAGE, PAGE);
  at[0] = at[2 * PAGE] = 1;
  SHOW(msync(at, 4 * PAGE, MS_SYNC));
  SHOW(msync(at, 4 * PAGE, MS_ASYNC | MS_INVALIDATE));
  SHOW(msync(at, 4 * PAGE, MS_SYNC | MS_ASYNC));
  SHOW(msync(at, 4 * PAGE, 0x10));
  SHOW(msync(at + 1, PAGE, MS_SYNC));
  SHOW(msync(at, 8 * PAGE, MS_SYNC));
  SHOW(msync(at, 0, MS_SYNC));
  SHOW(mincore(at, 4 * PAGE, pages));
  printf("%d %d %d\n", pages[0] & 1, pages[1] & 1, pages[2] & 1);
  SHOW(mincore(at, 5 * PAGE, pages));
  SHOW(mincore(at + 1, PAGE, pages));
  SHOW(mincore(at, PAGE, BAD_POINTER));
  SHOW(mincore(at, 0, pages));
  SHOW(mlock(at, 4 * PAGE));
  SHOW(mlock(at + 100, 10));
  SHOW(mlock(at, 8 * PAGE));
  SHOW(mlock(at, 0));
  SHOW(munlock(at + 4 * PAGE, PAGE));
  SHOW(munlock(at, 4 * PAGE));
  SHOW(mlockall(0));
  SHOW(mlockall(8));
  SHOW(mlockall(MCL_ONFAULT));
  SHOW(munlockall());
  SHOW(syscall(SYS_mlock2, at, PAGE, 1));
  SHOW(syscall(SYS_mlock2, at, PAGE, 2));
  SHOW(msync(at, PAGE, MS_INVALIDATE));
  as_user(1000, user);
  return 0;
}
