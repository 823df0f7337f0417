// brk itself: growing, shrinking, and the answer when it cannot.
#include <sys/resource.h>
#include "memory.h"
#define BRK(end) ((char*)syscall(SYS_brk, end))
int main(void) {
  catch_bad_accesses();
  char* start = BRK(0);
  char* aligned = (char*)(((uintptr_t)start + PAGE - 1) & -PAGE);
  SHOW(BRK(aligned + 4 * PAGE) - aligned);
  printf("%s, ", try_write(aligned + 4 * PAGE - 1, 7)), puts(try_read(aligned + 4 * PAGE));
  SHOW(BRK(aligned + PAGE + 1) - aligned);
  puts(try_read(aligned + 2 * PAGE - 1));
  puts(try_read(aligned + 2 * PAGE));
  SHOW(BRK(aligned + 4 * PAGE) - aligned);
  puts(try_read(aligned + 4 * PAGE - 1));
  SHOW(BRK(8) - aligned);
  SHOW(BRK((char*)-PAGE) - aligned);
  SHOW(BRK(start - 64 * PAGE) - aligned);
  SHOW(mmap(aligned + 8 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
       aligned + 8 * PAGE);
  SHOW(BRK(aligned + 16 * PAGE) - aligned);
  SHOW(munmap(aligned + 8 * PAGE, PAGE));
  SHOW(BRK(aligned + 16 * PAGE) - aligned);
  if (fork() == 0) {
    printf("child %ld\n", (long)(BRK(0) - aligned));
    BRK(aligned);
    _exit(0);
  }
  wait(NULL);
  SHOW(BRK(0) - aligned);
  return 0;
}
