// What a tracer learns about signals, and may change: their information, the mask, what is queued.
#include "tracing.h"

#ifndef PTRACE_GETSIGMASK
#define PTRACE_GETSIGMASK 0x420a
#define PTRACE_SETSIGMASK 0x420b
#endif
#define PEEK_SIGNALS 0x4209
struct peek_arguments {
  uint64_t first;
  uint32_t flags;
  int32_t count;
};

static void on_signal(int number, siginfo_t* info, void* context) {
  printf("handler of %s, code %s, value %d\n", signal_name(number), code_name(info->si_code),
         info->si_value.sival_int);
}

static void signals(void) {
  on(SIGUSR1, 0, on_signal);
  on(SIGUSR2, 0, on_signal);
  sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 11});
  sigset_t set;
  stop_itself();
  sigprocmask(SIG_BLOCK, 0, &set);
  printf("USR1 %d USR2 %d KILL %d\n", sigismember(&set, SIGUSR1), sigismember(&set, SIGUSR2),
         sigismember(&set, SIGKILL));
  raise(SIGUSR2);
  puts("blocked");
  sigemptyset(&set);
  sigprocmask(SIG_SETMASK, &set, 0);
}

static void queues(void) {
  for (int i = 0; i < 4; ++i) block(SIGRTMIN + i);
  for (int i = 0; i < 4; ++i) sigqueue(getpid(), SIGRTMIN + i, (union sigval){.sival_int = i});
  block(SIGUSR1);
  raise(SIGUSR1);
  stop_itself();
}

int main(void) {
  siginfo_t info;
  pid_t child = traced_child(signals);
  go("child", child, PTRACE_CONT, 0);
  SHOW(ptrace(PTRACE_GETSIGINFO, child, 0, &info));
  printf("signal %s code %s value %d sender %d\n", signal_name(info.si_signo),
         code_name(info.si_code), info.si_value.sival_int, info.si_pid == child);
  info.si_value.sival_int = 12;
  SHOW(ptrace(PTRACE_SETSIGINFO, child, 0, &info));
  go("child", child, PTRACE_CONT, SIGUSR1);

  uint64_t mask = 0;
  SHOW(ptrace(PTRACE_GETSIGMASK, child, sizeof mask, &mask));
  printf("mask %lx\n", (long)mask);
  mask = ~0ul;
  mask &= ~(1ul << (SIGUSR1 - 1));
  SHOW(ptrace(PTRACE_SETSIGMASK, child, sizeof mask, &mask));
  SHOW(ptrace(PTRACE_GETSIGMASK, child, sizeof mask, &mask));
  printf("KILL %ld STOP %ld USR2 %ld\n", mask >> (SIGKILL - 1) & 1, mask >> (SIGSTOP - 1) & 1,
         mask >> (SIGUSR2 - 1) & 1);
  go("child", child, PTRACE_CONT, 0);
  go("child", child, PTRACE_CONT, SIGUSR2);

  child = traced_child(queues);
  int status = go("child", child, PTRACE_CONT, 0);
  siginfo_t list[8];
  memset(list, 0, sizeof list);
  struct peek_arguments arguments = {0, 1, 8};
  long count = SHOW(syscall(SYS_ptrace, PEEK_SIGNALS, child, &arguments, list));
  for (int i = 0; i < count; ++i)
    printf("  realtime %d value %d\n", list[i].si_signo - SIGRTMIN, list[i].si_value.sival_int);
  arguments = (struct peek_arguments){2, 1, 1};
  count = SHOW(syscall(SYS_ptrace, PEEK_SIGNALS, child, &arguments, list));
  if (count == 1) printf("  realtime %d\n", list[0].si_signo - SIGRTMIN);
  arguments = (struct peek_arguments){0, 0, 8};
  count = SHOW(syscall(SYS_ptrace, PEEK_SIGNALS, child, &arguments, list));
  if (count == 1) printf("  %s\n", signal_name(list[0].si_signo));
  arguments = (struct peek_arguments){9, 1, 8};
  SHOW(syscall(SYS_ptrace, PEEK_SIGNALS, child, &arguments, list));
  arguments = (struct peek_arguments){0, 2, 8};
  SHOW(syscall(SYS_ptrace, PEEK_SIGNALS, child, &arguments, list));
  arguments = (struct peek_arguments){0, 0, -1};
  SHOW(syscall(SYS_ptrace, PEEK_SIGNALS, child, &arguments, list));
  SHOW(syscall(SYS_ptrace, PEEK_SIGNALS, child, BAD_POINTER, list));
  end_child(child);
  return 0;
}
