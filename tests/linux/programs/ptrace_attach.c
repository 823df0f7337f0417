// Attaching to what runs, sleeps or stops, and leaving it again.
#include "tracing.h"

static void waits(void) {
  for (;;) pause();
}

static void spins(void) {
  for (volatile long i = 0;; ++i) {
  }
}

static void on_signal(int number, siginfo_t* info, void* context) { write(1, "handler\n", 8); }

static void handles(void) {
  on(SIGUSR1, 0, on_signal);
  on(SIGUSR2, 0, on_signal);
  for (;;) pause();
}

static pid_t start(void (*body)(void), char state) {
  pid_t child = fork();
  if (child == 0) body();
  wait_until_state(child, state);
  return child;
}

int main(void) {
  siginfo_t info;
  pid_t child = start(waits, 'S');
  show_proc_status(child, "TracerPid:");
  SHOW(ptrace(PTRACE_ATTACH, child, 0, 0));
  await("sleeper", child);
  char line[32];
  snprintf(line, sizeof line, "%d", getpid());
  char path[64], text[4096] = {0};
  snprintf(path, sizeof path, "/proc/%d/status", child);
  int fd = open(path, O_RDONLY);
  read(fd, text, sizeof text - 1);
  close(fd);
  char* tracer = strstr(text, "TracerPid:\t");
  printf("traced by us %d\n", tracer && atoi(tracer + 11) == getpid());
  show_proc_status(child, "State:");
  SHOW(ptrace(PTRACE_GETSIGINFO, child, 0, &info));
  printf("signal %s\n", signal_name(info.si_signo));
  SHOW(ptrace(PTRACE_ATTACH, child, 0, 0));
  SHOW(ptrace(PTRACE_DETACH, child, 0, 0));
  wait_until_state(child, 'S');
  show_proc_status(child, "TracerPid:");
  SHOW(ptrace(PTRACE_CONT, child, 0, 0));
  // Again, and away with a signal.
  SHOW(ptrace(PTRACE_ATTACH, child, 0, 0));
  await("sleeper", child);
  SHOW(ptrace(PTRACE_DETACH, child, 0, SIGTERM));
  await("sleeper", child);

  child = start(spins, 'R');
  SHOW(ptrace(PTRACE_ATTACH, child, 0, 0));
  await("spinner", child);
  SHOW(ptrace(PTRACE_CONT, child, 0, 0));
  kill(child, SIGSTOP);
  await("spinner", child);
  SHOW(ptrace(PTRACE_DETACH, child, 0, SIGSTOP));
  int status = 0;
  SHOW(waitpid(child, &status, WUNTRACED) == child);
  show_status("spinner", status);
  show_proc_status(child, "State:");

  // Attached while it is stopped.
  SHOW(ptrace(PTRACE_ATTACH, child, 0, 0));
  await("stopped one", child);
  SHOW(ptrace(PTRACE_DETACH, child, 0, 0));
  kill(child, SIGCONT);
  end_child(child);

  // Signals sent meanwhile are told one after the other.
  child = start(handles, 'S');
  SHOW(ptrace(PTRACE_ATTACH, child, 0, 0));
  await("handler", child);
  kill(child, SIGUSR1);
  go("handler", child, PTRACE_CONT, 0);
  kill(child, SIGUSR2);
  go("handler", child, PTRACE_CONT, SIGUSR1);
  long detached = ptrace(PTRACE_DETACH, child, 0, SIGUSR2);
  wait_until_state(child, 'S');
  printf("detached %ld\n", detached);
  end_child(child);
  return 0;
}
