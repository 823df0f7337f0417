// clone3: sizes, values that do not fit, ids written on both sides, handlers cleared.
#include <sched.h>
#include "results.h"
struct arguments {
  uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid,
      set_tid_size, cgroup;
  uint64_t more[2];
};
static long clone3(struct arguments arguments, size_t size) {
  long result = syscall(SYS_clone3, &arguments, size);
  if (result == 0) _exit(0);
  if (result > 0) waitpid(result, NULL, __WALL);
  return result > 0 ? 1 : result;
}
static void handler(int number) {}
int main(void) {
  SHOW(clone3((struct arguments){.exit_signal = SIGCHLD}, 64));
  SHOW(clone3((struct arguments){.exit_signal = SIGCHLD}, 88));
  SHOW(clone3((struct arguments){.exit_signal = SIGCHLD}, 104));
  SHOW(clone3((struct arguments){.exit_signal = SIGCHLD, .more = {1}}, 104));
  SHOW(clone3((struct arguments){.exit_signal = SIGCHLD}, 63));
  SHOW(clone3((struct arguments){.exit_signal = SIGCHLD}, 5000));
  SHOW(syscall(SYS_clone3, BAD_POINTER, 64));
  SHOW(clone3((struct arguments){.exit_signal = 65}, 64));
  SHOW(clone3((struct arguments){.flags = SIGCHLD}, 64));
  SHOW(clone3((struct arguments){.flags = CLONE_DETACHED, .exit_signal = SIGCHLD}, 64));
  SHOW(clone3((struct arguments){.exit_signal = SIGCHLD, .stack = 4096}, 64));
  SHOW(clone3((struct arguments){.exit_signal = SIGCHLD, .stack_size = 4096}, 64));
  SHOW(clone3((struct arguments){.flags = CLONE_SIGHAND, .exit_signal = SIGCHLD}, 64));
  SHOW(clone3(
      (struct arguments){.flags = CLONE_THREAD | CLONE_VM | CLONE_SIGHAND, .exit_signal = SIGCHLD},
      64));
  SHOW(clone3((struct arguments){.flags = CLONE_VM | CLONE_SIGHAND | 0x100000000}, 64));
  pid_t ids[2] = {-1, -1};
  struct arguments both = {.flags = CLONE_PARENT_SETTID | CLONE_CHILD_SETTID,
                           .exit_signal = SIGCHLD};
  both.parent_tid = (uintptr_t)&ids[0], both.child_tid = (uintptr_t)&ids[1];
  pid_t child = syscall(SYS_clone3, &both, 64);
  if (child == 0) _exit(ids[1] == syscall(SYS_getpid) && ids[0] == -1 ? 5 : 6);
  printf("%d %d\n", ids[0] == child, ids[1]);
  wait_for("child", child);
  signal(SIGUSR1, handler), signal(SIGUSR2, SIG_IGN);
  struct arguments cleared = {.flags = 0x100000000, .exit_signal = SIGCHLD};  // CLONE_CLEAR_SIGHAND
  child = syscall(SYS_clone3, &cleared, 64);
  if (child == 0)
    _exit((signal(SIGUSR1, SIG_DFL) == SIG_DFL) + 2 * (signal(SIGUSR2, SIG_DFL) == SIG_IGN));
  wait_for("cleared", child);
  return 0;
}
