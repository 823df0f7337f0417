// Takes memory, and writes to it, until there is none, or as many mebibytes as it is told; then
// says so and waits.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int count, char** arguments) {
  enum { MEBI = 1 << 20 };
  const long most = count > 1 ? atol(arguments[1]) : 1 << 30;
  for (long taken = 0; taken < most; ++taken) {
    char* at = mmap(0, MEBI, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) return 1;
    memset(at, 1, MEBI);
  }
  puts("has it");
  fflush(stdout);
  pause();
}
