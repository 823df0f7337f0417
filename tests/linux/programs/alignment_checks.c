// A program that has the processor check its alignment meets page faults, signals and calls with
// those checks on.
#include <sys/mman.h>
#include <ucontext.h>
#include "signals.h"
enum { PAGES = 64, CHECKS = 1 << 18 };
static volatile long* pages;
static void set_checks(void) {
  asm volatile("pushfq\n orl $0x40000, (%%rsp)\n popfq" ::: "memory");
}
static long drop_checks(void) {
  long flags;
  asm volatile("pushfq\n mov (%%rsp), %0\n andl $~0x40000, (%%rsp)\n popfq"
               : "=r"(flags)::"memory");
  return flags & CHECKS;
}
static void touch(void) {
  for (int i = 0; i < PAGES; ++i) pages[i * 512] = i;
}
static void caught(int number, siginfo_t* info, void* context) {
  const long had = drop_checks();
  printf("%s, %s checks\n", signal_name(number), had ? "with" : "without");
}
static void turn_on(int number, siginfo_t* info, void* context) {
  ((ucontext_t*)context)->uc_mcontext.gregs[REG_EFL] |= CHECKS;
}
static void turn_off(int number, siginfo_t* info, void* context) {
  const long had = drop_checks();
  ucontext_t* at = context;
  printf("code %d, %s checks\n", info->si_code, had ? "with" : "without");
  at->uc_mcontext.gregs[REG_EFL] &= ~CHECKS;
}
int main(void) {
  pages = mmap(0, PAGES * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  set_checks();
  touch();
  printf("%d\n", drop_checks() != 0);
  on(SIGUSR1, 0, caught), on(SIGUSR2, 0, turn_on), on(SIGBUS, 0, turn_off);
  const long pid = getpid();
  set_checks();
  syscall(SYS_kill, pid, SIGUSR1);
  printf("%d\n", drop_checks() != 0);
  raise(SIGUSR2);
  madvise((void*)pages, PAGES * 4096, MADV_DONTNEED);
  raise(SIGUSR2);
  touch();
  printf("%d\n", drop_checks() != 0);
  set_checks();
  *(volatile long*)((char*)pages + 1) = 1;
  printf("%d\n", drop_checks() != 0);
  return 0;
}
