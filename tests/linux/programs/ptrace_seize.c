// Seizing: no stop at first, stops when asked for, and group stops that can be listened through.
#include "tracing.h"

static void waits(void) {
  for (;;) pause();
}

static void forks(void) {
  pid_t child = fork();
  if (child == 0) _exit(7);
  waitpid(child, 0, 0);
  for (;;) pause();
}

static pid_t seized(void (*body)(void), long options) {
  int fds[2];
  pipe(fds);
  pid_t child = fork();
  if (child == 0) {
    char byte;
    read(fds[0], &byte, 1);
    body();
  }
  wait_until_state(child, 'S');
  SHOW(ptrace(PTRACE_SEIZE, child, 0, options));
  write(fds[1], "x", 1);
  close(fds[0]);
  close(fds[1]);
  return child;
}

int main(void) {
  siginfo_t info;
  int status = 0;
  pid_t child = seized(waits, PTRACE_O_TRACESYSGOOD);
  SHOW(waitpid(child, &status, WNOHANG));
  SHOW(ptrace(PTRACE_INTERRUPT, child, 0, 0));
  await("child", child);
  SHOW(ptrace(PTRACE_GETSIGINFO, child, 0, &info));
  printf("signal %s code %x\n", signal_name(info.si_signo), info.si_code);
  // Another interruption while it stops comes when it has gone on.
  SHOW(ptrace(PTRACE_INTERRUPT, child, 0, 0));
  go("child", child, PTRACE_CONT, 0);

  // A group stop is told as an event with the signal.
  SHOW(ptrace(PTRACE_CONT, child, 0, 0));
  kill(child, SIGTSTP);
  await("child", child);
  SHOW(ptrace(PTRACE_LISTEN, child, 0, 0));  // that is the signal, not the stop
  go("child", child, PTRACE_CONT, SIGSTOP);
  SHOW(ptrace(PTRACE_GETSIGINFO, child, 0, &info));
  printf("signal %s code %x\n", signal_name(info.si_signo), info.si_code);
  SHOW(ptrace(PTRACE_LISTEN, child, 0, 0));
  SHOW(ptrace(PTRACE_CONT, child, 0, 0));  // it listens: requests do not reach it
  SHOW(waitpid(child, &status, WNOHANG));
  kill(child, SIGCONT);
  await("child", child);               // that it goes on,
  go("child", child, PTRACE_CONT, 0);  // and the signal itself
  SHOW(ptrace(PTRACE_CONT, child, 0, SIGCONT));
  go("child", child, PTRACE_INTERRUPT, 0);
  end_child(child);

  // Listening ends when it is interrupted.
  child = seized(waits, 0);
  kill(child, SIGSTOP);
  await("child", child);
  go("child", child, PTRACE_CONT, SIGSTOP);
  SHOW(ptrace(PTRACE_LISTEN, child, 0, 0));
  SHOW(ptrace(PTRACE_INTERRUPT, child, 0, 0));
  await("child", child);
  end_child(child);

  // Children of the seized are seized.
  child = seized(forks, PTRACE_O_TRACEFORK);
  await("child", child);
  pid_t second = message_of(child);
  await("second", second);
  SHOW(ptrace(PTRACE_CONT, child, 0, 0));
  go("second", second, PTRACE_CONT, 0);
  await("child", child);  // SIGCHLD
  end_child(child);

  // No signal after execve: that is for those who asked for it.
  child = fork();
  if (child == 0) {
    stop_itself();
    execl("/bin/true", "true", (char*)0);
    execl("/usr/bin/busybox", "true", (char*)0);
    _exit(0);
  }
  waitpid(child, &status, WUNTRACED);
  show_status("child", status);
  SHOW(ptrace(PTRACE_SEIZE, child, 0, 0));
  await("child", child);  // it stops already
  kill(child, SIGCONT);
  SHOW(ptrace(PTRACE_LISTEN, child, 0, 0));
  await("child", child);
  go("child", child, PTRACE_CONT, 0);
  go("child", child, PTRACE_CONT, SIGCONT);
  return 0;
}
