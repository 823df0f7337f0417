// A traced child that becomes another program: by its first thread, and by another.
#include <pthread.h>
#include "tracing.h"

static char* self;

static void executes(void) {
  execl(self, "ptrace_exec", "sub", (char*)0);
  _exit(99);
}

static void* executes_in_thread(void* argument) {
  executes();
  return 0;
}

static void threads(void) {
  pthread_t id;
  pthread_create(&id, 0, executes_in_thread, 0);
  pthread_join(id, 0);
}

static void fails(void) {
  execl("/nowhere", "x", (char*)0);
  _exit(4);
}

int main(int count, char** arguments) {
  if (count > 1) {
    printf("another program\n");
    return 5;
  }
  self = arguments[0];
  struct user_regs_struct regs;
  siginfo_t info;

  // Without the option it is a signal.
  pid_t child = traced_child(executes);
  go("child", child, PTRACE_CONT, 0);
  SHOW(ptrace(PTRACE_GETSIGINFO, child, 0, &info));
  printf("code %s, itself %d\n", code_name(info.si_code), info.si_pid == child);
  go("child", child, PTRACE_CONT, 0);

  child = traced_child(executes);
  SHOW(ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD));
  go("child", child, PTRACE_CONT, 0);
  printf("message is its number %d\n", message_of(child) == child);
  ptrace(PTRACE_GETREGS, child, 0, &regs);
  printf("in call %lld, stack aligned %d, rbx %lld\n", (long long)regs.orig_rax, regs.rsp % 16 == 0,
         regs.rbx);
  long arguments_there = ptrace(PTRACE_PEEKDATA, child, regs.rsp, 0);
  printf("%ld arguments\n", arguments_there);
  go("child", child, PTRACE_SYSCALL, 0);  // the end of the execve
  ptrace(PTRACE_GETREGS, child, 0, &regs);
  printf("end of call %lld: %lld\n", (long long)regs.orig_rax, regs.rax);
  go("child", child, PTRACE_CONT, 0);

  // By another thread, which takes the first one's number.
  child = traced_child(threads);
  SHOW(ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACEEXEC | PTRACE_O_TRACECLONE));
  go("child", child, PTRACE_CONT, 0);
  pid_t thread = message_of(child);
  int status = 0;
  ptrace(PTRACE_CONT, child, 0, 0);
  printf("thread %d\n", waitpid(thread, &status, __WALL) == thread);
  show_stop("thread", status);
  ptrace(PTRACE_CONT, thread, 0, 0);
  await("child", child);
  printf("message is the thread's number %d\n", message_of(child) == thread);
  SHOW(ptrace(PTRACE_CONT, thread, 0, 0));  // its number is gone
  go("child", child, PTRACE_CONT, 0);

  child = traced_child(fails);
  SHOW(ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACEEXEC));
  go("child", child, PTRACE_CONT, 0);
  return 0;
}
