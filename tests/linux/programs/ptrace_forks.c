// Forks, vforks and threads of a traced child: told, and traced as well.
#include <pthread.h>
#include "tracing.h"

static void forks(void) {
  pid_t child = fork();
  if (child == 0) _exit(7);
  waitpid(child, 0, 0);
  _exit(1);
}

static void vforks(void) {
  pid_t child = vfork();
  if (child == 0) _exit(8);
  waitpid(child, 0, 0);
  _exit(2);
}

static void* thread(void* argument) { return argument; }

static void threads(void) {
  pthread_t id;
  pthread_create(&id, 0, thread, 0);
  pthread_join(id, 0);
  _exit(3);
}

// Lets all go on until all have ended; each event is told once for each task, whoever is first.
static void follow(const char* what, void (*body)(void), long options) {
  pid_t first = traced_child(body);
  SHOW(ptrace(PTRACE_SETOPTIONS, first, 0, options));
  ptrace(PTRACE_CONT, first, 0, 0);
  pid_t second = 0;
  int events[256] = {0}, first_stops = 0, second_stop = 0, matches = 0;
  for (;;) {
    int status;
    pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0) break;
    if (!WIFSTOPPED(status)) {
      if (pid == first) show_stop("  first", status);
      if (pid == second && WEXITSTATUS(status) > 3) show_stop("  second", status);
      continue;
    }
    int event = status >> 16, deliver = 0;
    if (event) {
      events[event]++;
      if (event != PTRACE_EVENT_STOP) {
        if (second == 0) second = message_of(pid);
        matches += message_of(pid) == second;
      }
    } else if (pid != first) {
      second_stop = WSTOPSIG(status);
      if (second == 0) second = pid;
      matches += pid == second;
    } else {
      ++first_stops;
      deliver = WSTOPSIG(status);
    }
    ptrace(PTRACE_CONT, pid, 0, deliver);
  }
  printf("%s: fork %d vfork %d done %d clone %d stop %d, second %s, matches %d, signals %d\n", what,
         events[PTRACE_EVENT_FORK], events[PTRACE_EVENT_VFORK], events[PTRACE_EVENT_VFORK_DONE],
         events[PTRACE_EVENT_CLONE], events[PTRACE_EVENT_STOP], signal_name(second_stop), matches,
         first_stops);
}

int main(void) {
  const long all =
      PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEVFORKDONE | PTRACE_O_TRACECLONE;
  signal(SIGCHLD, SIG_DFL);
  follow("fork", forks, all);
  follow("vfork", vforks, all);
  follow("thread", threads, all);
  follow("fork, not asked", forks, PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE);
  follow("vfork, only done", vforks, PTRACE_O_TRACEVFORKDONE);
  return 0;
}
