// A new program that the limits leave no room for: execve fails, or the program ends.
#include <sys/resource.h>
#include "results.h"
static char* self;
static void run(void) {
  execl(self, self, "again", NULL);
  printf("%s\n", error_name(errno));
}
static void small_stack(void) {
  setrlimit(RLIMIT_STACK, &(struct rlimit){256 << 10, RLIM_INFINITY});
  run();
}
static void long_argument(void) {
  setrlimit(RLIMIT_STACK, &(struct rlimit){64 << 10, RLIM_INFINITY});
  execl(self, self, text_of_length(100000), NULL);
  printf("%s\n", error_name(errno));
}
static void little_memory(void) {
  setrlimit(RLIMIT_AS, &(struct rlimit){100 << 10, RLIM_INFINITY});
  run();
}
static void enough_memory(void) {
  setrlimit(RLIMIT_AS, &(struct rlimit){256 << 20, RLIM_INFINITY});
  run();
}
int main(int count, char** arguments) {
  if (count > 1) return puts("runs"), 0;
  self = arguments[0];
  in_child("small stack", small_stack);
  in_child("long argument", long_argument);
  in_child("little memory", little_memory);
  in_child("enough memory", enough_memory);
  return 0;
}
