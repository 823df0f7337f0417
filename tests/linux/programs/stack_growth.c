// The stack grows as it is used, up to its limit; past it there is SIGSEGV, which needs another
// stack.
#include <sys/resource.h>
#include "memory.h"
static int deep(int depth) {
  volatile char frame[1024];
  frame[0] = depth;
  return depth == 0 ? 0 : deep(depth - 1) + (frame[0] == (char)depth);
}
static volatile int levels;
static int endless(int x) {
  volatile char frame[4096];
  frame[x & 1] = ++levels;
  return endless(x + 1) + frame[0];
}
static void on_overflow(int number, siginfo_t* info, void* context) {
  printf("%s %s after enough levels: %d\n", signal_name(number),
         info->si_code == SEGV_MAPERR ? "MAPERR" : "other", levels > 100);
  _exit(3);
}
static void overflow(void) {
  static char other[65536];
  setrlimit(RLIMIT_STACK, &(struct rlimit){1 << 20, 1 << 20});
  sigaltstack(&(stack_t){.ss_sp = other, .ss_size = sizeof other}, NULL);
  sigaction(SIGSEGV,
            &(struct sigaction){.sa_sigaction = on_overflow, .sa_flags = SA_SIGINFO | SA_ONSTACK},
            NULL);
  endless(0);
}
static void killed(void) {
  setrlimit(RLIMIT_STACK, &(struct rlimit){1 << 20, 1 << 20});
  signal(SIGSEGV, on_bad_access);
  endless(0);
}
int main(void) {
  setrlimit(RLIMIT_STACK, &(struct rlimit){8 << 20, RLIM_INFINITY});
  printf("%d\n", deep(6000));
  in_child("caught", overflow);
  in_child("killed", killed);  // Without an alternate stack there is nowhere to put the frame.
  return 0;
}
