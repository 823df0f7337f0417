// rt_sigprocmask and rt_sigpending: ways, sizes, what cannot be blocked.
#include "signals.h"
#define MASK(how, set, old, size) syscall(SYS_rt_sigprocmask, how, set, old, size)
static int caught;
static void count(int number, siginfo_t* info, void* context) { ++caught; }
int main(void) {
  unsigned long all = ~0UL, old = 0, one = 1UL << (SIGUSR1 - 1);
  SHOW(MASK(SIG_BLOCK, NULL, &old, 8));
  printf("%lx\n", old);
  SHOW(MASK(7, &one, NULL, 8));
  SHOW(MASK(7, NULL, &old, 8));
  SHOW(MASK(SIG_BLOCK, &one, NULL, 4));
  SHOW(MASK(SIG_BLOCK, BAD_POINTER, NULL, 8));
  SHOW(MASK(SIG_BLOCK, &one, BAD_POINTER, 8));
  SHOW(MASK(SIG_SETMASK, &all, &old, 8));
  printf("%lx\n", old);
  MASK(SIG_SETMASK, NULL, &old, 8);
  printf("%lx\n", ~old);
  on(SIGUSR1, 0, count), on(SIGUSR2, 0, count), on(40, 0, count);
  for (int i = 0; i < 3; ++i) raise(SIGUSR1), raise(SIGUSR2), raise(40);
  SHOW(caught);
  SHOW(syscall(SYS_rt_sigpending, &old, 8));
  printf("%lx\n", old);
  SHOW(syscall(SYS_rt_sigpending, &old, 16));
  SHOW(syscall(SYS_rt_sigpending, BAD_POINTER, 8));
  SHOW(MASK(SIG_UNBLOCK, &one, NULL, 8));
  SHOW(caught);
  unsigned long none = 0;
  SHOW(MASK(SIG_SETMASK, &none, NULL, 8));
  SHOW(caught);
  SHOW(syscall(SYS_rt_sigpending, &old, 8));
  printf("%lx\n", old);
  return 0;
}
