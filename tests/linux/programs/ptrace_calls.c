// Stops at system calls: told apart, looked into, changed and left out.
#include "tracing.h"

struct call_info {
  uint8_t op, pad[3];
  uint32_t arch;
  uint64_t pc, sp;
  union {
    struct {
      uint64_t nr, args[6];
    } entry;
    struct {
      int64_t rval;
      uint8_t is_error;
    } exit;
  };
};
#define GET_CALL_INFO 0x420e

static void show_info(pid_t child) {
  struct call_info info = {0};
  long size = syscall(SYS_ptrace, GET_CALL_INFO, child, sizeof info, &info);
  printf("  info of %ld bytes, op %d", size, info.op);
  if (info.op == 1) printf(", call %d(%d", (int)info.entry.nr, (int)info.entry.args[0]);
  if (info.op == 1) printf(info.entry.nr == SYS_getpgid ? ", %d)" : ")", (int)info.entry.args[1]);
  if (info.op == 2) printf(", value %d, error %d", (int)info.exit.rval, info.exit.is_error);
  printf(", message %lu\n", message_of(child));
}

static void calls(void) {
  syscall(SYS_getpgid, 4000000, 5);
  errno = 0;
  long result = syscall(SYS_close, 1234);
  int error = errno;
  printf("close: %ld %s\n", result, error_name(error));
  result = syscall(SYS_getppid);
  printf("changed to %ld\n", result);
  errno = 0;
  result = syscall(SYS_dup, 1);
  printf("left out: %ld %s\n", result, error_name(errno));
  result = syscall(SYS_dup, 1);
  printf("other argument: %ld %s\n", result, error_name(errno));
}

// To the next stop at the entry of this call; lines that the child prints are calls as well.
static void go_to(pid_t child, long number) {
  for (;;) {
    int status;
    struct user_regs_struct regs;
    ptrace(PTRACE_SYSCALL, child, 0, 0);
    if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) return;
    ptrace(PTRACE_GETREGS, child, 0, &regs);
    if (regs.orig_rax == number && message_of(child) == 1) return;
  }
}

int main(void) {
  struct user_regs_struct regs;
  siginfo_t info;
  pid_t child = traced_child(calls);
  ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD);
  show_info(child);

  go_to(child, SYS_getpgid);
  show_info(child);
  SHOW(syscall(SYS_ptrace, GET_CALL_INFO, child, 8, &regs));
  SHOW(syscall(SYS_ptrace, GET_CALL_INFO, child, 0, BAD_POINTER));
  SHOW(syscall(SYS_ptrace, GET_CALL_INFO, child, 100, BAD_POINTER));
  ptrace(PTRACE_GETREGS, child, 0, &regs);
  printf("orig_rax %lld rax %lld\n", (long long)regs.orig_rax, (long long)regs.rax);
  SHOW(ptrace(PTRACE_GETSIGINFO, child, 0, &info));
  printf("signal %s, code %x, own pid %d\n", signal_name(info.si_signo), info.si_code,
         info.si_pid == child);
  go("child", child, PTRACE_SYSCALL, 0);
  show_info(child);
  ptrace(PTRACE_GETREGS, child, 0, &regs);
  printf("orig_rax %lld rax %lld\n", (long long)regs.orig_rax, (long long)regs.rax);

  go_to(child, SYS_close);
  go("child", child, PTRACE_SYSCALL, 0);
  show_info(child);
  SHOW(ptrace(PTRACE_POKEUSER, child, offsetof(struct user_regs_struct, rax), 0));

  go_to(child, SYS_getppid);
  SHOW(ptrace(PTRACE_POKEUSER, child, offsetof(struct user_regs_struct, orig_rax), SYS_getpid));
  go("child", child, PTRACE_SYSCALL, 0);
  ptrace(PTRACE_GETREGS, child, 0, &regs);
  printf("its own number %d, of call %lld\n", regs.rax == child, (long long)regs.orig_rax);
  regs.rax = 4711;
  SHOW(ptrace(PTRACE_SETREGS, child, 0, &regs));

  go_to(child, SYS_dup);
  SHOW(ptrace(PTRACE_POKEUSER, child, offsetof(struct user_regs_struct, orig_rax), -1));
  go("child", child, PTRACE_SYSCALL, 0);
  show_info(child);

  go_to(child, SYS_dup);
  SHOW(ptrace(PTRACE_POKEUSER, child, offsetof(struct user_regs_struct, rdi), 999));
  go("child", child, PTRACE_SYSCALL, 0);
  show_info(child);

  go_to(child, SYS_exit_group);
  show_info(child);
  go("child", child, PTRACE_SYSCALL, 0);

  // Without the option, stops at calls look like a SIGTRAP.
  child = traced_child(calls);
  int status = go("child", child, PTRACE_SYSCALL, 0);
  printf("plain %x\n", status);
  show_info(child);
  end_child(child);
  return 0;
}
