// What ptrace refuses.
#include "tracing.h"

static void wait_for_signals(void) {
  for (;;) pause();
}

static void as_other_user(void) {
  pid_t parent = getppid();
  SHOW(ptrace(PTRACE_ATTACH, parent, 0, 0));
  SHOW(ptrace(PTRACE_SEIZE, parent, 0, 0));
}

int main(void) {
  unsigned long word = 0;
  siginfo_t info;
  SHOW(ptrace(PTRACE_ATTACH, getpid(), 0, 0));
  SHOW(ptrace(PTRACE_ATTACH, 4000000, 0, 0));
  SHOW(ptrace(PTRACE_SEIZE, 4000000, 1, 0));
  SHOW(ptrace(PTRACE_CONT, 4000000, 0, 0));
  SHOW(syscall(SYS_ptrace, PTRACE_PEEKDATA, getppid(), 0, &word));
  SHOW(syscall(SYS_ptrace, 9999, getppid(), 0, 0));
  as_user(12345, as_other_user);

  pid_t child = fork();
  if (child == 0) wait_for_signals();
  wait_until_state(child, 'S');
  SHOW(ptrace(PTRACE_CONT, child, 0, 0));  // not traced
  SHOW(ptrace(PTRACE_SEIZE, child, 1, 0));
  SHOW(ptrace(PTRACE_SEIZE, child, 0, 0x10000));
  SHOW(ptrace(PTRACE_SEIZE, child, 0, 0));
  SHOW(ptrace(PTRACE_SEIZE, child, 0, 0));
  SHOW(ptrace(PTRACE_ATTACH, child, 0, 0));
  SHOW(ptrace(PTRACE_CONT, child, 0, 0));  // not stopped
  SHOW(ptrace(PTRACE_SYSCALL, child, 0, 0));
  SHOW(ptrace(PTRACE_DETACH, child, 0, 0));
  SHOW(ptrace(PTRACE_GETSIGINFO, child, 0, &info));
  SHOW(ptrace(PTRACE_SETOPTIONS, child, 0, 0));
  SHOW(ptrace(PTRACE_LISTEN, child, 0, 0));
  SHOW(ptrace(PTRACE_INTERRUPT, child, 0, 0));
  await("child", child);
  SHOW(ptrace(PTRACE_CONT, child, 0, 65));
  SHOW(ptrace(PTRACE_DETACH, child, 0, 1000));
  SHOW(ptrace(PTRACE_SETOPTIONS, child, 0, 1 << 10));
  SHOW(ptrace(PTRACE_SETOPTIONS, child, 0, -1));
  SHOW(syscall(SYS_ptrace, 9999, child, 0, 0));
  SHOW(syscall(SYS_ptrace, PTRACE_GETEVENTMSG, child, 0, BAD_POINTER));
  SHOW(syscall(SYS_ptrace, PTRACE_GETSIGINFO, child, 0, BAD_POINTER));
  SHOW(syscall(SYS_ptrace, PTRACE_SETSIGINFO, child, 0, BAD_POINTER));
  SHOW(syscall(SYS_ptrace, PTRACE_PEEKDATA, child, 8, &word));
  SHOW(syscall(SYS_ptrace, PTRACE_POKEDATA, child, 8, 1));
  SHOW(syscall(SYS_ptrace, PTRACE_PEEKDATA, child, &word, BAD_POINTER));
  SHOW(syscall(SYS_ptrace, 0x420a /* GETSIGMASK */, child, 4, &word));
  SHOW(syscall(SYS_ptrace, 0x420b, child, 4, &word));
  SHOW(syscall(SYS_ptrace, 0x420b, child, 8, BAD_POINTER));
  end_child(child);
  SHOW(ptrace(PTRACE_CONT, child, 0, 0));

  // Interrupting and listening are for those that were seized.
  child = traced_child(wait_for_signals);
  SHOW(ptrace(PTRACE_INTERRUPT, child, 0, 0));
  SHOW(ptrace(PTRACE_LISTEN, child, 0, 0));
  SHOW(ptrace(PTRACE_KILL, child, 0, 0));
  await("child", child);

  // Nobody but the tracer may ask.
  child = traced_child(wait_for_signals);
  pid_t other = fork();
  if (other == 0) {
    SHOW(ptrace(PTRACE_CONT, child, 0, 0));
    SHOW(ptrace(PTRACE_ATTACH, child, 0, 0));
    _exit(0);
  }
  wait_for("other", other);
  end_child(child);

  // A zombie cannot be traced.
  child = fork();
  if (child == 0) _exit(0);
  wait_until_state(child, 'Z');
  SHOW(ptrace(PTRACE_ATTACH, child, 0, 0));
  wait_for("child", child);
  return 0;
}
