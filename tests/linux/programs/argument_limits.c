// How much may be handed to a new program: one string's length, all of them, and none at all.
#include <sys/resource.h>
#include "results.h"
extern char** environ;
static char* self;
static void try(const char* what, char** arguments, char** environment) {
  printf("%s: ", what), fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    execve(self, arguments, environment);
    puts(error_name(errno));
    _exit(0);
  }
  wait(NULL);
}
int main(int count, char** arguments) {
  if (count != 1 || arguments[0][0] != '/') {
    size_t total = 0, variables = 0;
    for (int i = 0; i < count; ++i) total += strlen(arguments[i]);
    while (environ[variables]) ++variables;
    printf("%d arguments with %zu characters, %zu variables\n", count, total, variables);
    return 0;
  }
  self = arguments[0];
  char* long_text = text_of_length(131071);
  try("longest", (char*[]){"x", long_text, NULL}, (char*[]){NULL});
  try("too long", (char*[]){"x", text_of_length(131072), NULL}, (char*[]){NULL});
  try("too long a variable", (char*[]){"x", NULL}, (char*[]){text_of_length(131072), NULL});
  char* many[64] = {"x"};
  for (int i = 1; i < 13; ++i) many[i] = long_text;
  try("twelve", many, (char*[]){NULL});
  for (int i = 1; i < 63; ++i) many[i] = long_text;
  try("sixty-two", many, (char*[]){NULL});
  static char* short_ones[10001];
  for (int i = 0; i < 10000; ++i) short_ones[i] = "";
  try("ten thousand", short_ones, short_ones + 9000);
  try("none", (char*[]){NULL}, (char*[]){NULL});
  try("no lists", NULL, NULL);
  setrlimit(RLIMIT_STACK, &(struct rlimit){1 << 20, RLIM_INFINITY});
  for (int i = 4; i < 63; ++i) many[i] = NULL;
  try("three with a small stack", many, (char*[]){NULL});
  return 0;
}
