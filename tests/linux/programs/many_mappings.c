// Thousands of mappings: made, protected and taken away in an order of their own.
#include "memory.h"
enum { COUNT = 1500 };
static char* places[COUNT];
int main(void) {
  catch_bad_accesses();
  unsigned order = 1;
  for (int i = 0; i < COUNT; ++i) {
    places[i] = anonymous(2 * PAGE, PROT_READ | PROT_WRITE);
    *(int*)places[i] = i;
    mprotect(places[i] + PAGE, PAGE, i % 2 ? PROT_READ : PROT_NONE);
  }
  int intact = 0;
  for (int i = 0; i < COUNT; ++i) intact += *(int*)places[i] == i;
  printf("%d intact\n", intact);
  for (int i = 0; i < COUNT; ++i) {
    order = order * 1103515245 + 12345;
    int which = order / 65536 % COUNT;
    if (places[which]) munmap(places[which], 2 * PAGE), places[which] = NULL;
  }
  intact = 0;
  int left = 0;
  for (int i = 0; i < COUNT; ++i) {
    if (places[i]) ++left, intact += *(int*)places[i] == i;
  }
  printf("%d left, %d intact\n", left, intact);
  if (fork() == 0) {
    for (int i = 0; i < COUNT; ++i) {
      if (places[i]) *(int*)places[i] = -1;
    }
    _exit(0);
  }
  wait(NULL);
  intact = 0;
  for (int i = 0; i < COUNT; ++i) intact += places[i] && *(int*)places[i] == i;
  printf("%d intact after a child's writes\n", intact);
  return 0;
}
