// MAP_FIXED replaces what it covers, page by page; munmap takes out of the middle; hints are taken
// when free.
#include "memory.h"
int main(void) {
  catch_bad_accesses();
  char* at = anonymous(PAGE * 8, PROT_READ | PROT_WRITE);
  for (int i = 0; i < 8; ++i) at[i * PAGE] = i + 1;
  mmap(at + 2 * PAGE, 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  munmap(at + 5 * PAGE, PAGE);
  for (int i = 0; i < 8; ++i)
    printf("%d %s, ", i, try_read(at + i * PAGE)), puts(try_write(at + i * PAGE + 1, 1));
  char* again = mmap(at + 5 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  SHOW(again == at + 5 * PAGE);
  again = mmap(at + 5 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  SHOW(again == at + 5 * PAGE);
  SHOW(munmap(at + PAGE, 6 * PAGE));
  puts(try_read(at));
  puts(try_read(at + PAGE));
  puts(try_read(at + 6 * PAGE));
  puts(try_read(at + 7 * PAGE));
  for (int round = 0; round < 200; ++round) {
    char* many = anonymous(64 * PAGE, PROT_READ | PROT_WRITE);
    for (int i = 0; i < 64; i += 2) munmap(many + i * PAGE, PAGE);
    for (int i = 1; i < 64; i += 2) many[i * PAGE] = 1;
    munmap(many, 64 * PAGE);
  }
  puts(try_read(NULL));
  puts(try_write(at + 7 * PAGE, 3));
  return 0;
}
