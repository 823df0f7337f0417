// Single steps: instruction by instruction, over calls, into handlers.
#include "tracing.h"

extern char step_start[], step_end[], call_start[], call_end[];

static void handler(int number, siginfo_t* info, void* context) { write(1, "handler\n", 8); }

static void steps(void) {
  on(SIGUSR1, 0, handler);
  long sum = 0;
  asm volatile(
      "int3\n"
      ".globl step_start, step_end\n"
      "step_start:\n"
      "mov $5, %%ecx\n"
      "1: add %%rcx, %0\n"
      "dec %%ecx\n"
      "jnz 1b\n"
      "nop\n"
      "step_end: nop\n"
      : "+r"(sum)::"rcx", "cc");
  printf("sum %ld\n", sum);
  asm volatile(
      "int3\n"
      ".globl call_start, call_end\n"
      "call_start:\n"
      "mov $110, %%eax\n"
      "syscall\n"
      "call_end: nop\n"
      "nop\n" ::
          : "rax", "rcx", "r11", "memory");
  puts("done");
  raise(SIGUSR1);
  puts("after the handler");
}

static unsigned long pc_of(pid_t child) {
  return ptrace(PTRACE_PEEKUSER, child, offsetof(struct user_regs_struct, rip), 0);
}

int main(void) {
  siginfo_t info;
  pid_t child = traced_child(steps);
  go("child", child, PTRACE_CONT, 0);
  int count = 0, status = 0, traces = 0;
  while (pc_of(child) != (unsigned long)step_end && count < 100) {
    ptrace(PTRACE_SINGLESTEP, child, 0, 0);
    waitpid(child, &status, 0);
    if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP) break;
    ptrace(PTRACE_GETSIGINFO, child, 0, &info);
    traces += info.si_code == TRAP_TRACE && info.si_addr == (void*)pc_of(child);
    ++count;
  }
  unsigned long flags =
      ptrace(PTRACE_PEEKUSER, child, offsetof(struct user_regs_struct, eflags), 0);
  printf("%d steps, %d traces, flag %ld\n", count, traces, flags >> 8 & 1);

  go("child", child, PTRACE_CONT, 0);
  for (int i = 0; i < 3; ++i) {
    go("child", child, PTRACE_SINGLESTEP, 0);
    ptrace(PTRACE_GETSIGINFO, child, 0, &info);
    printf("at %ld, code %d\n", (long)(pc_of(child) - (unsigned long)call_start), info.si_code);
  }

  // Into a handler: the step ends at its first instruction.
  do {
    ptrace(PTRACE_CONT, child, 0, 0);
    waitpid(child, &status, 0);
  } while (WIFSTOPPED(status) && WSTOPSIG(status) != SIGUSR1);
  show_stop("child", status);
  go("child", child, PTRACE_SINGLESTEP, SIGUSR1);
  printf("at the handler %d\n", pc_of(child) == (unsigned long)handler);
  go("child", child, PTRACE_SINGLESTEP, 0);
  printf("at the handler %d\n", pc_of(child) == (unsigned long)handler);
  go("child", child, PTRACE_CONT, 0);

  // A whole program, step by step, to its end.
  child = fork();
  if (child == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    stop_itself();
    volatile int n = 0;
    for (int i = 0; i < 50; ++i) n += i;
    _exit(n & 0x7f);
  }
  await("child", child);
  for (count = 0;; ++count) {
    ptrace(PTRACE_SINGLESTEP, child, 0, 0);
    waitpid(child, &status, 0);
    if (!WIFSTOPPED(status)) break;
  }
  show_stop("child", status);
  printf("many steps %d\n", count > 200);
  return 0;
}
