// Registers of a stopped child: all at once, by words, and by sets.
#include <elf.h>
#include "tracing.h"

#define REGISTER(name) offsetof(struct user_regs_struct, name)

// Puts known values into registers, stops, and tells what it finds there then.
static void registers(void) {
  register long r12 asm("r12") = 0x1212;
  register long r13 asm("r13") = 0x1313;
  register long rbx asm("rbx") = 0x1b1b;
  double value = 1.5;
  asm volatile("movsd %3, %%xmm7\n int3\n movsd %%xmm7, %3"
               : "+r"(r12), "+r"(r13), "+r"(rbx), "+m"(value)::"xmm7");
  printf("child has %lx %lx %lx %g\n", r12, r13, rbx, value);
}

static void show_set(pid_t child, int type, size_t size) {
  static char bytes[8192];
  struct iovec place = {bytes, size};
  errno = 0;
  long result = ptrace(PTRACE_GETREGSET, child, type, &place);
  printf("set %x of %zu: %s, %d\n", type, size, error_name(errno), result == 0);
  if (result == 0 && type != NT_X86_XSTATE) printf("  has %zu\n", place.iov_len);
}

int main(void) {
  struct user_regs_struct regs, again;
  pid_t child = traced_child(registers);
  go("child", child, PTRACE_CONT, 0);
  SHOW(ptrace(PTRACE_GETREGS, child, 0, &regs));
  printf("%llx %llx %llx, orig_rax %lld, cs %llx ss %llx ds %llx\n", regs.r12, regs.r13, regs.rbx,
         (long long)regs.orig_rax, regs.cs, regs.ss, regs.ds);
  printf("trap flag %d, one %d\n", regs.eflags >> 8 & 1, regs.eflags >> 1 & 1);
  errno = 0;
  printf("r12 %lx %s\n", ptrace(PTRACE_PEEKUSER, child, REGISTER(r12), 0), error_name(errno));
  printf("same pc %d\n", ptrace(PTRACE_PEEKUSER, child, REGISTER(rip), 0) == regs.rip);
  SHOW(ptrace(PTRACE_POKEUSER, child, REGISTER(r12), 0x2121));
  ptrace(PTRACE_GETREGS, child, 0, &again);
  printf("r12 %llx\n", again.r12);
  again.r13 = 0x3131;
  SHOW(ptrace(PTRACE_SETREGS, child, 0, &again));

  // Words that are no registers, or none at all.
  SHOW(ptrace(PTRACE_POKEUSER, child, REGISTER(r12) + 1, 0));
  SHOW(ptrace(PTRACE_POKEUSER, child, sizeof(struct user), 0));
  SHOW(ptrace(PTRACE_POKEUSER, child, -8, 0));
  SHOW(ptrace(PTRACE_POKEUSER, child, offsetof(struct user, u_tsize), 0));
  SHOW(ptrace(PTRACE_PEEKUSER, child, REGISTER(r12) + 4, 0));
  SHOW(ptrace(PTRACE_PEEKUSER, child, 4096, 0));
  SHOW(ptrace(PTRACE_POKEUSER, child, REGISTER(cs), 0));
  SHOW(ptrace(PTRACE_POKEUSER, child, REGISTER(cs), 8));
  SHOW(ptrace(PTRACE_POKEUSER, child, REGISTER(ss), 0x2b));
  SHOW(ptrace(PTRACE_GETREGS, child, 0, BAD_POINTER));
  SHOW(ptrace(PTRACE_SETREGS, child, 0, BAD_POINTER));

  // Floating-point registers.
  struct user_fpregs_struct fp;
  double value;
  SHOW(ptrace(PTRACE_GETFPREGS, child, 0, &fp));
  memcpy(&value, (char*)fp.xmm_space + 7 * 16, sizeof value);
  printf("xmm7 %g, mxcsr %x, cwd %x\n", value, fp.mxcsr, fp.cwd);
  value = 2.25;
  memcpy((char*)fp.xmm_space + 7 * 16, &value, sizeof value);
  SHOW(ptrace(PTRACE_SETFPREGS, child, 0, &fp));
  SHOW(ptrace(PTRACE_SETFPREGS, child, 0, BAD_POINTER));

  // Sets.
  show_set(child, NT_PRSTATUS, 8192);
  show_set(child, NT_PRSTATUS, sizeof regs);
  show_set(child, NT_PRSTATUS, 16);
  show_set(child, NT_PRSTATUS, 0);
  show_set(child, NT_PRSTATUS, 12);
  show_set(child, NT_PRFPREG, 8192);
  show_set(child, NT_X86_XSTATE, 8192);
  show_set(child, 0x7777, 64);
  char bytes[8192] = {0};
  struct iovec place = {bytes, sizeof bytes};
  SHOW(ptrace(PTRACE_GETREGSET, child, NT_X86_XSTATE, &place));
  memcpy(&value, bytes + 160 + 7 * 16, sizeof value);
  printf("xmm7 %g, more than 576 bytes %d, legacy parts there %d\n", value, place.iov_len >= 576,
         (bytes[464] & 3) == 3);
  value = 4.75;
  memcpy(bytes + 160 + 7 * 16, &value, sizeof value);
  bytes[512] |= 3;
  SHOW(ptrace(PTRACE_SETREGSET, child, NT_X86_XSTATE, &place));
  place.iov_len = 64;
  SHOW(ptrace(PTRACE_SETREGSET, child, NT_X86_XSTATE, &place));
  place = (struct iovec){&again, 16};  // a beginning is enough
  SHOW(ptrace(PTRACE_SETREGSET, child, NT_PRSTATUS, &place));
  place.iov_base = BAD_POINTER;
  SHOW(ptrace(PTRACE_GETREGSET, child, NT_PRSTATUS, &place));
  SHOW(ptrace(PTRACE_GETREGSET, child, NT_PRSTATUS, BAD_POINTER));

  // Debug registers can be read.
  SHOW(ptrace(PTRACE_PEEKUSER, child, offsetof(struct user, u_debugreg), 0));
  SHOW(ptrace(PTRACE_PEEKUSER, child, offsetof(struct user, u_debugreg) + 5 * 8, 0));
  SHOW(ptrace(PTRACE_PEEKUSER, child, offsetof(struct user, u_debugreg) + 7 * 8, 0));
  go("child", child, PTRACE_CONT, 0);
  return 0;
}
