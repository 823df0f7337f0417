// /proc/self/limits.
#define _GNU_SOURCE
#include <sys/resource.h>
#include "proc.h"
int main(void) {
  struct rlimit limit = {.rlim_cur = 100, .rlim_max = 200};
  setrlimit(RLIMIT_NOFILE, &limit);
  limit = (struct rlimit){.rlim_cur = 0, .rlim_max = RLIM_INFINITY};
  setrlimit(RLIMIT_CORE, &limit);
  slurp("/proc/self/limits");
  const char* rows[] = {"Limit  ", "Max open files", "Max core file size", "Max cpu time",
                        "Max nice priority"};
  for (unsigned i = 0; i < sizeof rows / sizeof *rows; ++i) {
    char* row = strstr(text, rows[i]);
    printf("%.*s|\n", (int)strcspn(row, "\n"), row);
  }
  int lines = 0;
  for (char* at = text; *at; ++at) lines += *at == '\n';
  printf("lines %d\n", lines);
  return 0;
}
