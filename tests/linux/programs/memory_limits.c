// RLIMIT_AS and RLIMIT_DATA: mappings that would pass them fail, what is there stays.
#include <sys/resource.h>
#include "memory.h"
enum { RW = PROT_READ | PROT_WRITE };
static const size_t big = (size_t)1 << 26;  // no more than a small machine has
static void all_memory(void) {
  char* before = anonymous(PAGE, RW);
  SHOW(setrlimit(RLIMIT_AS, &(struct rlimit){big, big}));
  SHOW_OK((long)anonymous(2 * big, RW));
  SHOW_OK((long)anonymous(2 * big, PROT_NONE));
  SHOW_OK((long)mmap(0, 2 * big, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  SHOW_OK((long)mremap(before, PAGE, 2 * big, MREMAP_MAYMOVE));
  SHOW_OK((long)anonymous(big / 2, RW));
  SHOW_OK((long)anonymous(big / 2, RW));
  SHOW(syscall(SYS_brk, (char*)sbrk(0) + big) == (long)sbrk(0));
  *before = 1;
  setrlimit(RLIMIT_AS, &(struct rlimit){PAGE, PAGE});
  SHOW_OK((long)anonymous(PAGE, RW));
  *before = 2;
  SHOW(munmap(before, PAGE));
}
static void data(void) {
  SHOW(setrlimit(RLIMIT_DATA, &(struct rlimit){big, big}));
  SHOW_OK((long)anonymous(2 * big, RW));
  SHOW_OK((long)anonymous(2 * big, PROT_READ));
  char* none = anonymous(2 * big, PROT_NONE);
  SHOW(none != MAP_FAILED);
  SHOW(mprotect(none, 2 * big, RW));
  SHOW(mprotect(none, big / 4, RW));
  SHOW_OK((long)mmap(0, 2 * big, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  SHOW(syscall(SYS_brk, (char*)sbrk(0) + big) == (long)sbrk(0));
}
int main(void) {
  in_child("address space", all_memory);
  in_child("data", data);
  return 0;
}
