// A child that asks to be traced: each signal stops it, and its parent decides what becomes of it.
#include "tracing.h"

static void on_signal(int number, siginfo_t* info, void* context) {
  printf("handler of %s, code %s\n", signal_name(number), code_name(info->si_code));
}

static void signals(void) {
  printf("again: %s\n", ptrace(PTRACE_TRACEME, 0, 0, 0) ? error_name(errno) : "works");
  on(SIGUSR1, 0, on_signal);
  on(SIGUSR2, 0, on_signal);
  raise(SIGUSR1);  // taken
  raise(SIGUSR1);  // suppressed
  raise(SIGUSR1);  // becomes USR2
  raise(SIGTERM);  // suppressed
  signal(SIGHUP, SIG_IGN);
  raise(SIGHUP);   // told although it is ignored
  raise(SIGCHLD);  // the same for what is ignored by default
  block(SIGUSR2);
  raise(SIGUSR1);  // becomes USR2, which waits now
  puts("waits");
  unblock(SIGUSR2);
  raise(SIGTERM);  // taken
}

static void stops(void) {
  raise(SIGTSTP);
  stop_itself();
  puts("went on");
  _exit(3);
}

int main(void) {
  pid_t child = traced_child(signals);
  go("child", child, PTRACE_CONT, 0);
  go("child", child, PTRACE_CONT, SIGUSR1);
  go("child", child, PTRACE_CONT, 0);
  go("child", child, PTRACE_CONT, SIGUSR2);
  go("child", child, PTRACE_CONT, 0);
  go("child", child, PTRACE_CONT, SIGHUP);
  go("child", child, PTRACE_CONT, SIGCHLD);
  go("child", child, PTRACE_CONT, SIGUSR2);
  go("child", child, PTRACE_CONT, SIGUSR2);
  int status = go("child", child, PTRACE_CONT, SIGTERM);
  while (WIFSTOPPED(status)) status = go("child", child, PTRACE_CONT, WSTOPSIG(status));
  // Its end has been told: it is gone.
  SHOW(ptrace(PTRACE_CONT, child, 0, 0));

  child = traced_child(stops);
  go("child", child, PTRACE_CONT, 0);
  go("child", child, PTRACE_CONT, 0);  // suppressed: it does not stop
  go("child", child, PTRACE_CONT, 0);

  // A stop is told once.
  child = traced_child(stops);
  SHOW(waitpid(child, &status, WNOHANG));
  end_child(child);

  // A stop signal that is taken stops the group, which is told as well.
  child = traced_child(stops);
  go("child", child, PTRACE_CONT, 0);
  go("child", child, PTRACE_CONT, SIGSTOP);
  siginfo_t info;
  SHOW(ptrace(PTRACE_GETSIGINFO, child, 0, &info));
  go("child", child, PTRACE_CONT, 0);
  go("child", child, PTRACE_CONT, 0);
  return 0;
}
