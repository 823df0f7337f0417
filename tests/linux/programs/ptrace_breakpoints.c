// Breakpoints as debuggers set them: an int3 in the text, hit again and again, stepped over, taken
// out. The calls around it are made often enough to be worth making faster.
#include "tracing.h"

static volatile int total;
static __attribute__((noinline)) void counted(int value) { total += value; }

static void work(void) {
  for (int i = 1; i <= 20; ++i) {
    counted(i);
    for (int j = 0; j < 5; ++j) syscall(SYS_getppid);
  }
  printf("total %d\n", total);
}

static long text_of(pid_t child, void* at) { return ptrace(PTRACE_PEEKTEXT, child, at, 0); }

int main(void) {
  struct user_regs_struct regs;
  siginfo_t info;
  pid_t child = traced_child(work);
  void* place = (void*)counted;
  long original = text_of(child, place);
  long with_break = (original & ~0xffL) | 0xcc;
  SHOW(ptrace(PTRACE_POKETEXT, child, place, with_break));
  int hits = 0, status = 0, good_pc = 0, arguments = 0;
  while (hits < 15) {
    ptrace(PTRACE_CONT, child, 0, 0);
    waitpid(child, &status, 0);
    if (!WIFSTOPPED(status)) break;
    ++hits;
    ptrace(PTRACE_GETREGS, child, 0, &regs);
    good_pc += regs.rip == (unsigned long)place + 1;
    arguments += (int)regs.rdi;
    if (hits == 1) {
      ptrace(PTRACE_GETSIGINFO, child, 0, &info);
      printf("code %s\n", code_name(info.si_code));
    }
    // Back, over it, and in again.
    regs.rip = (unsigned long)place;
    ptrace(PTRACE_SETREGS, child, 0, &regs);
    ptrace(PTRACE_POKETEXT, child, place, original);
    ptrace(PTRACE_SINGLESTEP, child, 0, 0);
    waitpid(child, &status, 0);
    ptrace(PTRACE_GETREGS, child, 0, &regs);
    good_pc += regs.rip != (unsigned long)place;
    ptrace(PTRACE_POKETEXT, child, place, with_break);
  }
  show_stop("child", status);
  printf("%d hits, %d good program counters, arguments %d\n", hits, good_pc, arguments);
  printf("still there %d\n", (text_of(child, place) & 0xff) == 0xcc);
  ptrace(PTRACE_POKETEXT, child, place, original);

  // All text of the C library's calls reads as it was.
  int same = 0;
  for (int i = 0; i < 64; i += 8) {
    long here;
    memcpy(&here, (char*)syscall + i, 8);
    same += text_of(child, (char*)syscall + i) == here;
  }
  printf("same text %d\n", same > 0);
  go("child", child, PTRACE_CONT, 0);

  // A breakpoint that nobody traces kills.
  child = fork();
  if (child == 0) {
    asm volatile("int3");
    _exit(0);
  }
  wait_for("child", child);
  return 0;
}
