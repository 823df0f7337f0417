// mremap: growing, shrinking, moving, and what it refuses.
#include <sys/mman.h>
#include "memory.h"
enum { RW = PROT_READ | PROT_WRITE };
int main(void) {
  enter_fresh_directory();
  catch_bad_accesses();
  char* at = anonymous(16 * PAGE, RW);
  for (int i = 0; i < 16; ++i) at[i * PAGE] = i + 1;
  munmap(at + 4 * PAGE, 4 * PAGE);
  SHOW(mremap(at, 4 * PAGE, 2 * PAGE, 0) == at);
  puts(try_read(at + 2 * PAGE));
  SHOW(mremap(at, 2 * PAGE, 8 * PAGE, 0) == at);
  printf("%s %s\n", try_read(at + PAGE), "");
  puts(try_read(at + 7 * PAGE));
  SHOW_OK((long)mremap(at, 8 * PAGE, 12 * PAGE, 0));
  char* moved = mremap(at, 8 * PAGE, 12 * PAGE, MREMAP_MAYMOVE);
  SHOW(moved != at && moved[0] == 1 && moved[PAGE] == 2 && moved[11 * PAGE] == 0);
  puts(try_read(at));
  char* target = anonymous(4 * PAGE, RW);
  SHOW(mremap(moved, 2 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target) == target);
  printf("%d %d %d\n", target[0], target[PAGE], target[2 * PAGE]);
  puts(try_read(moved));
  SHOW_OK((long)mremap(target, PAGE, PAGE, MREMAP_FIXED, moved));
  SHOW_OK((long)mremap(target, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target + PAGE));
  SHOW_OK((long)mremap(target, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target + 100));
  SHOW_OK((long)mremap(target + 1, PAGE, PAGE, 0));
  SHOW_OK((long)mremap(target, PAGE, 0, 0));
  SHOW_OK((long)mremap(target, PAGE, PAGE, 0x100));
  SHOW_OK((long)mremap(moved, PAGE, 2 * PAGE, MREMAP_MAYMOVE));
  SHOW_OK((long)mremap(target, 0, PAGE, MREMAP_MAYMOVE));
  char* shared = mmap(0, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  char* twin = mremap(shared, 0, PAGE, MREMAP_MAYMOVE);
  SHOW(twin != MAP_FAILED && twin != shared);
  *twin = 42;
  SHOW(*shared);
  char* parts = anonymous(3 * PAGE, RW);
  mprotect(parts + PAGE, PAGE, PROT_READ);
  SHOW_OK((long)mremap(parts, 3 * PAGE, 4 * PAGE, MREMAP_MAYMOVE));
  make_file("file", "text");
  char* file = mmap(0, PAGE, PROT_READ, MAP_SHARED, open("file", O_RDONLY), 0);
  file = mremap(file, PAGE, 2 * PAGE, MREMAP_MAYMOVE);
  printf("%s\n", file);
  puts(try_read(file + PAGE));
  return 0;
}
