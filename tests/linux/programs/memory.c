// brk, mmap, mprotect, mremap, munmap.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
int main(void) {
  char* start = sbrk(0);
  printf("%d\n", sbrk(100000) == start);
  memset(start, 7, 100000);
  printf("%d\n", start[99999]);
  printf("%d\n", brk(start) == 0 && sbrk(0) == start);
  sbrk(100000);
  printf("%d\n", start[99999]);
  char* area = mmap(0, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(area, 3, 1 << 20);
  printf("%d\n", munmap(area + 4096, 8192));
  printf("%d %d\n", area[0], area[12288]);
  char* again = mmap(area + 4096, 4096, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  printf("%d %d\n", again == area + 4096, again[5]);
  printf("%d\n", madvise(area, 4096, MADV_DONTNEED));
  printf("%d\n", area[0]);
  char* grown = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  strcpy(grown + 4096, "kept");
  char* moved = mremap(grown, 8192, 1 << 22, MREMAP_MAYMOVE);
  printf("%s %d\n", moved + 4096, moved[(1 << 22) - 1]);
  moved = mremap(moved, 1 << 22, 8192, 0);
  printf("%s\n", moved + 4096);
  printf("%d\n", mprotect(moved, 4096, PROT_READ));
  for (int i = 0; i < 200; ++i) {
    char* p = malloc((size_t)i * 1000);
    if (p && i) memset(p, i, (size_t)i * 1000);
    if (i % 3) free(p);
  }
  puts("done");
  return 0;
}
