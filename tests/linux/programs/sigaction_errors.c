// sigaction: what it refuses, and that it tells what was set before.
#include "signals.h"
struct kernel_action {
  void* handler;
  unsigned long flags;
#ifdef __x86_64__
  void* restorer;
#endif
  unsigned long mask;
};
#define ACTION(number, action, old, size) syscall(SYS_rt_sigaction, number, action, old, size)
static void handler(int number, siginfo_t* info, void* context) {}
int main(void) {
  struct kernel_action old;
  struct sigaction before;
  SHOW(ACTION(0, NULL, NULL, 8));
  SHOW(ACTION(65, NULL, NULL, 8));
  SHOW(ACTION(-1, NULL, NULL, 8));
  SHOW(ACTION(64, NULL, NULL, 8));
  SHOW(ACTION(SIGUSR1, NULL, NULL, 16));
  SHOW(ACTION(SIGUSR1, BAD_POINTER, NULL, 8));
  SHOW(ACTION(SIGUSR1, NULL, BAD_POINTER, 8));
  SHOW(ACTION(SIGKILL, NULL, &old, 8));
  SHOW(signal(SIGKILL, SIG_IGN) == SIG_ERR);
  SHOW(signal(SIGSTOP, SIG_DFL) == SIG_ERR);
  SHOW(ACTION(SIGUSR1, NULL, &old, 8));
  printf("%ld %lx %lx\n", (long)old.handler, old.flags, old.mask);
  on(SIGUSR1, SA_RESTART | SA_NODEFER, handler);
  sigaction(SIGUSR1, NULL, &before);
  SHOW(before.sa_sigaction == handler);
  SHOW(before.sa_flags == (SA_RESTART | SA_NODEFER | SA_SIGINFO) || before.sa_flags & 0x04000000);
  struct sigaction full = {.sa_handler = SIG_IGN};
  sigfillset(&full.sa_mask);
  SHOW(sigaction(SIGUSR2, &full, NULL));
  ACTION(SIGUSR2, NULL, &old, 8);
  printf("%ld kill %ld stop %ld term %ld\n", (long)old.handler, old.mask >> (SIGKILL - 1) & 1,
         old.mask >> (SIGSTOP - 1) & 1, old.mask >> (SIGTERM - 1) & 1);
  SHOW(signal(SIGUSR1, SIG_DFL) == (void*)handler);
  block(SIGUSR1);
  raise(SIGUSR1);
  signal(SIGUSR1, SIG_IGN);  // Ignoring forgets what is pending.
  signal(SIGUSR1, SIG_DFL);
  unblock(SIGUSR1);
  puts("alive");
  return 0;
}
