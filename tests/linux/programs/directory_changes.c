// Reading a directory that changes: what stays is seen exactly once.
#include <dirent.h>
#include "results.h"
static int seen[400];
static void name_of(char* name, int i) { sprintf(name, "entry-%03d", i); }
int main(void) {
  enter_fresh_directory();
  char name[32];
  for (int i = 0; i < 400; ++i) name_of(name, i), make_file(name, "");
  DIR* directory = opendir(".");
  int removed = 0, count = 0;
  for (struct dirent* e; (e = readdir(directory));) {
    int number;
    if (sscanf(e->d_name, "entry-%d", &number) != 1) continue;
    ++seen[number];
    unlink(e->d_name);
    sprintf(name, "later-%d", ++count), make_file(name, "");
  }
  for (int i = 0; i < 400; ++i) removed += seen[i] == 1;
  printf("%d seen once\n", removed);
  rewinddir(directory);
  int left = 0, later = 0;
  for (struct dirent* e; (e = readdir(directory));) {
    left += !strncmp(e->d_name, "entry", 5), later += !strncmp(e->d_name, "later", 5);
  }
  printf("%d left, %d later\n", left, later);
  rewinddir(directory);
  for (int i = 0; i < 100; ++i) readdir(directory);
  long middle = telldir(directory);
  int rest = 0, again = 0;
  while (readdir(directory)) ++rest;
  seekdir(directory, middle);
  while (readdir(directory)) ++again;
  printf("%d and %d after the hundredth\n", rest, again);
  closedir(directory);
  return 0;
}
