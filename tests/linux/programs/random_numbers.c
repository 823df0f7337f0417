// getrandom: flags, sizes, pointers; and that it does not repeat itself.
#include <sys/random.h>
#include "results.h"
#define RANDOM(buffer, size, flags) syscall(SYS_getrandom, buffer, size, flags)
int main(void) {
  static unsigned char a[100000], b[100000];
  SHOW(RANDOM(a, 0, 0));
  SHOW(RANDOM(BAD_POINTER, 0, 0));
  SHOW(RANDOM(BAD_POINTER, 16, 0));
  SHOW(RANDOM(a, 16, 0x10));
  SHOW(RANDOM(a, 16, GRND_NONBLOCK));
  SHOW(RANDOM(a, 16, GRND_RANDOM));
  SHOW(RANDOM(a, 16, 4));
  SHOW(RANDOM(a, 16, GRND_RANDOM | 4));
  SHOW(RANDOM(a, sizeof a, 0));
  SHOW(RANDOM(b, sizeof b, 0));
  SHOW(memcmp(a, b, sizeof a) != 0);
  int counts[256] = {0}, least = 1000000;
  for (int i = 0; i < COUNT_OF(a); ++i) ++counts[a[i]];
  for (int i = 0; i < 256; ++i) least = counts[i] < least ? counts[i] : least;
  SHOW(least > 250);
  if (fork() == 0) {
    RANDOM(a, 16, 0);
    _exit(memcmp(a, b, 16) == 0);
  }
  RANDOM(b, 16, 0);
  int status;
  wait(&status);
  show_status("child", status);
  return 0;
}
