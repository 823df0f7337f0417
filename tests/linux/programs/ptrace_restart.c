// Calls that stops interrupt: made again as if nothing had been, unless a handler runs.
#include "tracing.h"

static int fds[2], ready[2];
static void on_signal(int number, siginfo_t* info, void* context) { write(1, "handler\n", 8); }

static void show_read(void) {
  char byte = '-';
  write(ready[1], "x", 1);
  errno = 0;
  long got = read(fds[0], &byte, 1);
  printf("read %ld %c %s\n", got, byte, errno ? error_name(errno) : "");
}

static void reads(void) {
  show_read();
  on(SIGUSR1, 0, on_signal);
  show_read();
  on(SIGUSR1, SA_RESTART, on_signal);
  show_read();
  show_read();
}

// When the child waits for a byte: a signal, which stops it.
static void interrupt(pid_t child, int number) {
  char byte;
  read(ready[0], &byte, 1);
  wait_until_state(child, 'S');
  kill(child, number);
  await("child", child);
  struct user_regs_struct regs;
  ptrace(PTRACE_GETREGS, child, 0, &regs);
  printf("call %lld result %lld\n", (long long)regs.orig_rax, (long long)regs.rax);
}

int main(void) {
  pipe(fds);
  pipe(ready);
  pid_t child = traced_child(reads);
  ptrace(PTRACE_CONT, child, 0, 0);
  interrupt(child, SIGUSR2);
  ptrace(PTRACE_CONT, child, 0, 0);  // without the signal: it waits again
  wait_until_state(child, 'S');
  write(fds[1], "a", 1);
  interrupt(child, SIGUSR1);
  ptrace(PTRACE_CONT, child, 0, SIGUSR1);  // its handler ends the call
  interrupt(child, SIGUSR1);
  ptrace(PTRACE_CONT, child, 0, SIGUSR1);  // its handler does not
  wait_until_state(child, 'S');
  write(fds[1], "b", 1);
  interrupt(child, SIGUSR2);
  struct user_regs_struct regs;
  ptrace(PTRACE_GETREGS, child, 0, &regs);
  regs.orig_rax = -1;  // as a debugger says that a call is not to be made again
  regs.rax = 5;
  ptrace(PTRACE_SETREGS, child, 0, &regs);
  go("child", child, PTRACE_CONT, 0);
  return 0;
}
