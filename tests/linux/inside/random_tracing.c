// Tracers that ask for things at random moments: of tracees that fork, make threads, become other
// programs, stop, and are killed meanwhile; and that end themselves in the middle. What counts is
// that everything ends.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { kTracers = 40, kRequests = 150 };
static unsigned long state;
static char* self;

static unsigned next(unsigned below) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (unsigned)(state >> 20) % below;
}

static void* in_thread(void* argument) {
  if (argument) {
    execl(self, "random_tracing", "sub", (char*)0);
  } else if (next(2)) {
    syscall(SYS_exit, 0);
  }
  for (int i = 0; i < 20; ++i) getppid();
  return 0;
}

static void live(void) {
  static const int signals[] = {SIGUSR1, SIGSTOP, SIGTSTP, SIGCONT, SIGTRAP, SIGCHLD, SIGSEGV};
  signal(SIGUSR1, SIG_IGN);
  for (int i = 0; i < 10; ++i) {
    pthread_t thread;
    switch (next(7)) {
      case 0:
        if (fork() == 0) _exit(0);
        break;
      case 1:
        if (vfork() == 0) _exit(0);
        break;
      case 2:
        pthread_create(&thread, 0, in_thread, 0);
        break;
      case 3:
        kill(getpid(), signals[next(7)]);
        break;
      case 4:
        pthread_create(&thread, 0, in_thread, next(2) ? self : 0);
        break;
      case 5:
        waitpid(-1, 0, WNOHANG);
        break;
      case 6:
        execl(self, "random_tracing", "sub", (char*)0);
    }
  }
  _exit(0);
}

static void ask(pid_t pid) {
  static const int requests[] = {
      PTRACE_CONT,       PTRACE_CONT,      PTRACE_SYSCALL, PTRACE_SYSCALL, PTRACE_SINGLESTEP,
      PTRACE_SETOPTIONS, PTRACE_INTERRUPT, PTRACE_LISTEN,  PTRACE_DETACH,  PTRACE_KILL,
      PTRACE_ATTACH,     PTRACE_SEIZE,     PTRACE_POKEUSER};
  const int request = requests[next(sizeof requests / sizeof *requests - 3 * (next(8) != 0))];
  long data = next(3) ? 0 : next(66);
  long address = 0;
  if (request == PTRACE_SETOPTIONS || request == PTRACE_SEIZE) data = next(128) | next(2) << 20;
  if (request == PTRACE_POKEUSER) address = 8 * next(27);
  ptrace(request, pid, address, data);
}

static void trace(void) {
  pid_t child = fork();
  if (child == 0) {
    if (next(2)) ptrace(PTRACE_TRACEME, 0, 0, 0);
    live();
  }
  if (next(2)) ptrace(next(2) ? PTRACE_SEIZE : PTRACE_ATTACH, child, 0, 0);
  pid_t known[8] = {child};
  for (int i = 0; i < kRequests; ++i) {
    int status;
    pid_t pid = waitpid(-1, &status, WNOHANG | __WALL | (next(2) ? WUNTRACED : 0));
    if (pid < 0) break;
    if (pid > 0) known[next(8)] = pid;
    pid = known[next(8)];
    if (pid) ask(pid);
    if (pid && next(40) == 0) kill(pid, next(2) ? SIGKILL : SIGCONT);
    if (next(60) == 0) break;
  }
  // Some leave it all as it is.
  if (next(2)) kill(child, SIGKILL);
  _exit(0);
}

int main(int count, char** arguments) {
  if (count < 2) return 1;
  if (arguments[1][0] == 's') return 0;
  self = arguments[0];
  const unsigned long seed = strtoul(arguments[1], 0, 10);
  for (int i = 0; i < kTracers; ++i) {
    pid_t tracer = fork();
    if (tracer == 0) {
      setpgid(0, 0);
      state = seed * 1000003 + i * 7919 + 1;
      for (int j = 0; j < 8; ++j) next(2);
      trace();
    }
    waitpid(tracer, 0, 0);
    kill(-tracer, SIGKILL);
  }
  puts("done");
  return 0;
}
