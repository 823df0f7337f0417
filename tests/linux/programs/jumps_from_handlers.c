// Leaving handlers by siglongjmp, and changing the interrupted program's mask through its context.
#include <setjmp.h>
#include <ucontext.h>
#include "signals.h"
static sigjmp_buf back;
static void jump(int number, siginfo_t* info, void* context) { siglongjmp(back, number); }
static void change_mask(int number, siginfo_t* info, void* context) {
  sigaddset(&((ucontext_t*)context)->uc_sigmask, SIGTERM);
  sigset_t now = set_of(SIGINT, 0);
  sigprocmask(SIG_BLOCK, &now, NULL);  // This is undone on return, the other is not.
}
static int blocked(int number) {
  sigset_t mask;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  return sigismember(&mask, number);
}
int main(void) {
  static char stack[65536];
  on(SIGUSR1, 0, jump), on(SIGUSR2, 0, change_mask), on(SIGSEGV, SA_ONSTACK, jump);
  sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
  for (volatile int i = 0; i < 3; ++i) {
    if (sigsetjmp(back, 1) == 0) raise(SIGUSR1);
    printf("back, blocked %d\n", blocked(SIGUSR1));
  }
  if (sigsetjmp(back, 0) == 0) raise(SIGUSR1);
  printf("without the mask: %d\n", blocked(SIGUSR1));
  for (volatile int i = 0; i < 3; ++i) {
    if (sigsetjmp(back, 1) == 0) *(volatile int*)8 = 1;
    printf("survived, blocked %d\n", blocked(SIGSEGV));
    stack_t now;
    sigaltstack(NULL, &now);
    printf("on the stack %d\n", now.ss_flags & SS_ONSTACK);
  }
  raise(SIGUSR2);
  printf("TERM %d, INT %d\n", blocked(SIGTERM), blocked(SIGINT));
  return 0;
}
