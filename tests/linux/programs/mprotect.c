// mprotect: errors, what each protection lets through, and how far a failing call goes.
#include "memory.h"
enum { RW = PROT_READ | PROT_WRITE };
int main(void) {
  enter_fresh_directory();
  catch_bad_accesses();
  char* at = anonymous(8 * PAGE, RW);
  *at = 5;
  SHOW(mprotect(at, PAGE, PROT_NONE));
  printf("%s, %s\n", try_read(at), try_write(at, 1));
  SHOW(mprotect(at, PAGE, PROT_READ));
  printf("%s, ", try_read(at)), puts(try_write(at, 1));
  SHOW(mprotect(at, PAGE, RW));
  printf("%s, ", try_write(at, 6)), puts(try_read(at));
  SHOW(mprotect(at + 1, PAGE, RW));
  SHOW(mprotect(at, 0, PROT_NONE));
  SHOW(mprotect(at, PAGE, 0x100));
  SHOW(mprotect(at, PAGE, PROT_READ | PROT_GROWSDOWN | PROT_GROWSUP));
  SHOW(mprotect(at, (size_t)-1, PROT_READ));
  munmap(at + 3 * PAGE, PAGE);
  SHOW(mprotect(at + 2 * PAGE, 3 * PAGE, PROT_READ));  // Up to the hole it is done.
  puts(try_write(at + 2 * PAGE, 1));
  puts(try_write(at + 4 * PAGE, 1));
  SHOW(mprotect(at + 3 * PAGE, PAGE, PROT_READ));
  SHOW(mprotect(at + 4 * PAGE, 100, PROT_READ));
  puts(try_write(at + 5 * PAGE - 1, 1));
  puts(try_write(at + 5 * PAGE, 1));
  make_file("file", "text");
  int in = open("file", O_RDONLY);
  char *shared = mmap(0, PAGE, PROT_READ, MAP_SHARED, in, 0),
       *private = mmap(0, PAGE, PROT_READ, MAP_PRIVATE, in, 0);
  SHOW(mprotect(shared, PAGE, RW));
  SHOW(mprotect(private, PAGE, RW));
  puts(try_write(private, 'T'));
  show_file("file");
  char buffer[PAGE];
  mprotect(at, PAGE, PROT_READ);
  SHOW(read(in, at, 4));
  SHOW(pread(in, at + PAGE, 4, 0));
  return 0;
}
