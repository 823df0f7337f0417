// madvise: what is thrown away, what is refused, and what children do not get.
#include "memory.h"
enum { RW = PROT_READ | PROT_WRITE };
int main(void) {
  catch_bad_accesses();
  char* at = anonymous(4 * PAGE, RW);
  for (int i = 0; i < 4; ++i) at[i * PAGE] = 9;
  SHOW(madvise(at + PAGE, PAGE, MADV_DONTNEED));
  printf("%d %d %d\n", at[0], at[PAGE], at[2 * PAGE]);
  char* shared = mmap(0, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  *shared = 8;
  SHOW(madvise(shared, PAGE, MADV_DONTNEED));
  SHOW(*shared);
  SHOW(madvise(shared, PAGE, MADV_REMOVE));
  SHOW(*shared);
  SHOW(madvise(at, PAGE, MADV_REMOVE));
  SHOW(madvise(at, PAGE, MADV_FREE));
  SHOW(madvise(shared, PAGE, MADV_FREE));
  SHOW(madvise(at, PAGE, MADV_WILLNEED));
  SHOW(madvise(at, PAGE, MADV_SEQUENTIAL));
  SHOW(madvise(at, PAGE, 12345));
  SHOW(madvise(at + 1, PAGE, MADV_NORMAL));
  SHOW(madvise(at, 0, MADV_NORMAL));
  SHOW(madvise(at, (size_t)-1, MADV_NORMAL));
  at[3 * PAGE] = 4;
  munmap(at + 2 * PAGE, PAGE);
  SHOW(madvise(at, 4 * PAGE, MADV_DONTNEED));
  SHOW(at[3 * PAGE]);
  SHOW(madvise(at, PAGE, 23));  // MADV_POPULATE_WRITE
  SHOW(madvise(at, PAGE, MADV_DONTFORK));
  at[PAGE] = 3;
  SHOW(madvise(at + PAGE, PAGE, MADV_WIPEONFORK));
  SHOW(madvise(shared, PAGE, MADV_WIPEONFORK));
  if (fork() == 0) {
    puts(try_read(at));
    puts(try_read(at + PAGE));
    _exit(0);
  }
  wait(NULL);
  SHOW(madvise(at, PAGE, MADV_DOFORK));
  SHOW(madvise(at + PAGE, PAGE, MADV_KEEPONFORK));
  if (fork() == 0) {
    puts(try_read(at));
    puts(try_read(at + PAGE));
    _exit(0);
  }
  wait(NULL);
  return 0;
}
