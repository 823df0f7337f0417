// Waiting for stops and ends when tracer and parent are two: who is told what, and when.
#include <pthread.h>
#include "tracing.h"

static void waits(void) {
  for (;;) pause();
}

static void show_info(const char* what, int result, const siginfo_t* info, pid_t child) {
  printf("%s: %d, child %d, code %d, status %d\n", what, result, info->si_pid == child,
         info->si_code, info->si_status);
}

static void* exits_thread(void* argument) { return 0; }

static void threads(void) {
  pthread_t id;
  pthread_create(&id, 0, exits_thread, 0);
  pthread_join(id, 0);
  stop_itself();  // the end of all would be the thread's end too, if it came before that was waited
                  // for
  _exit(4);
}

int main(void) {
  siginfo_t info = {0};
  int status;
  pid_t child = fork();
  if (child == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    stop_itself();
    waits();
  }
  // waitid tells a stop of a tracee whatever it is asked for.
  show_info("kept", waitid(P_PID, child, &info, WSTOPPED | WNOWAIT), &info, child);
  show_info("taken", waitid(P_PID, child, &info, WEXITED), &info, child);
  info.si_pid = 0;
  show_info("again", waitid(P_PID, child, &info, WSTOPPED | WNOHANG), &info, 0);
  ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACEEXIT);
  ptrace(PTRACE_CONT, child, 0, SIGTERM);
  show_info("event", waitid(P_PID, child, &info, WSTOPPED), &info, child);
  ptrace(PTRACE_CONT, child, 0, 0);
  show_info("end", waitid(P_PID, child, &info, WEXITED), &info, child);

  // A tracer that is not the parent.
  int to_tracer[2], to_parent[2];
  pipe(to_tracer);
  pipe(to_parent);
  child = fork();
  if (child == 0) waits();
  pid_t tracer = fork();
  char byte;
  if (tracer == 0) {
    SHOW(waitpid(child, &status, WNOHANG));
    SHOW(ptrace(PTRACE_ATTACH, child, 0, 0));
    await("tracee", child);
    write(to_parent[1], "x", 1);
    read(to_tracer[0], &byte, 1);
    // It has been killed; its parent has to wait until we have.
    await("tracee", child);
    SHOW(waitpid(child, &status, 0));
    _exit(0);
  }
  read(to_parent[0], &byte, 1);
  SHOW(waitpid(child, &status, WUNTRACED | WNOHANG));
  kill(child, SIGKILL);
  wait_until_state(child, 'Z');
  SHOW(waitpid(child, &status, WNOHANG));
  write(to_tracer[1], "x", 1);
  wait_for("tracer", tracer);
  await("child", child);

  // The ends of threads.
  child = traced_child(threads);
  ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACECLONE);
  go("child", child, PTRACE_CONT, 0);
  pid_t thread = message_of(child);
  await("thread", thread);
  ptrace(PTRACE_CONT, child, 0, 0);
  go("thread", thread, PTRACE_CONT, 0);
  await("child", child);
  go("child", child, PTRACE_CONT, 0);
  SHOW(waitpid(-1, &status, __WALL));
  return 0;
}
