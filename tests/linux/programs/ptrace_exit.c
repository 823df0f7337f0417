// Ends: told before they happen; of tracees by a kill, of tracers by their own.
#include "tracing.h"

static int fds[2];

static void exits(void) { _exit(6); }
static void aborts(void) { abort(); }
static void waits(void) {
  for (;;) pause();
}

static int is_gone(pid_t pid) { return kill(pid, 0) == -1 && errno == ESRCH; }

// A tracer that ends while its tracee stops; what becomes of the tracee?
static void tracer_ends(const char* what, long options, int traced_at) {
  pid_t tracee_place[1];
  pipe(fds);
  pid_t tracer = fork();
  if (tracer == 0) {
    pid_t tracee = fork();
    if (tracee == 0) {
      ptrace(PTRACE_TRACEME, 0, 0, 0);
      if (traced_at == SIGSTOP) stop_itself();
      if (traced_at == SIGUSR1) {
        signal(SIGUSR1, SIG_IGN);
        raise(SIGUSR1);
      }
      write(fds[1], "lives", 5);
      _exit(0);
    }
    int status;
    waitpid(tracee, &status, 0);
    ptrace(PTRACE_SETOPTIONS, tracee, 0, options);
    write(fds[1], &tracee, sizeof tracee);
    _exit(0);
  }
  wait_for("tracer", tracer);
  pid_t tracee = 0;
  read(fds[0], &tracee, sizeof tracee);
  close(fds[1]);
  char text[8] = {0};
  if (traced_at == SIGSTOP && !(options & PTRACE_O_EXITKILL)) {
    wait_until_state(tracee, 'T');  // the signal that it was asked about is taken
    kill(tracee, SIGCONT);
  }
  long got = read(fds[0], text, 5);
  printf("%s: %ld %s\n", what, got, text);
  close(fds[0]);
}

int main(void) {
  siginfo_t info;
  pid_t child = traced_child(exits);
  SHOW(ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACEEXIT));
  go("child", child, PTRACE_CONT, 0);
  printf("message %lx\n", message_of(child));
  SHOW(ptrace(PTRACE_GETSIGINFO, child, 0, &info));
  printf("signal %s code %x\n", signal_name(info.si_signo), info.si_code);
  struct user_regs_struct regs;
  SHOW(ptrace(PTRACE_GETREGS, child, 0, &regs));
  go("child", child, PTRACE_CONT, 0);

  child = traced_child(aborts);
  SHOW(ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACEEXIT));
  go("child", child, PTRACE_CONT, 0);
  go("child", child, PTRACE_CONT, SIGABRT);
  printf("message %lx\n", message_of(child) & 0x7f);
  int status = 0;
  ptrace(PTRACE_CONT, child, 0, 0);
  waitpid(child, &status, 0);
  printf("child killed by %s\n", signal_name(WTERMSIG(status)));

  // Killed while it stops.
  child = traced_child(waits);
  kill(child, SIGKILL);
  await("child", child);
  child = traced_child(waits);
  SHOW(ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACEEXIT));
  kill(child, SIGKILL);
  await("child", child);
  printf("message %lx\n", message_of(child));
  go("child", child, PTRACE_CONT, 0);
  child = traced_child(waits);
  go("child", child, PTRACE_SYSCALL, 0);
  SHOW(ptrace(PTRACE_KILL, child, 0, 0));
  await("child", child);

  tracer_ends("goes on", 0, SIGUSR1);
  tracer_ends("stops", 0, SIGSTOP);
  tracer_ends("killed", PTRACE_O_EXITKILL, SIGSTOP);
  return 0;
}
