// Permission to execute: data is not code, and becomes it with mprotect, in a copy of a function.
#include "memory.h"
__attribute__((noinline, noclone, aligned(64))) static int twice(int x) { return 2 * x; }
typedef int function(int);
static const char* try_call(char* code) {
  static char text[32];
  if (sigsetjmp(access_failed, 1)) return access_problem(code);
  snprintf(text, sizeof text, "returns %d", ((function*)code)(21));
  return text;
}
int main(void) {
  catch_bad_accesses();
  char* code = anonymous(PAGE, PROT_READ | PROT_WRITE);
  memcpy(code, (void*)twice, 64);
  puts(try_call(code));
  mprotect(code, PAGE, PROT_READ | PROT_EXEC);
  __builtin___clear_cache(code, code + 64);
  puts(try_call(code));
  puts(try_write(code, 0));
  mprotect(code, PAGE, PROT_NONE);
  puts(try_call(code));
  munmap(code, PAGE);
  puts(try_call(code));
  if (fork() == 0) {
    code = anonymous(PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);
    memcpy(code, (void*)twice, 64);
    __builtin___clear_cache(code, code + 64);
    puts(try_call(code));
    _exit(0);
  }
  wait(NULL);
  return 0;
}
