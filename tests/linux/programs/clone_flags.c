// clone: flags that need each other, and what is shared with each.
#include <sched.h>
#include "results.h"
static char stack[65536] __attribute__((aligned(16)));
static volatile int touched;
static int body(void* what) {
  touched = 1;
  close(5), chdir("/"), umask(077);
  return (long)what;
}
static long raw(long flags) {
  long result = syscall(SYS_clone, flags, 0, 0, 0, 0);
  if (result == 0) _exit(0);
  if (result > 0) waitpid(result, NULL, __WALL);
  return result > 0 ? 0 : result;
}
static void run(const char* what, int flags) {
  enter_fresh_directory();
  char place[PATH_MAX];
  touched = 0, umask(022), dup2(1, 5), chdir(fresh_directory);
  int status, options = flags & 0xff ? 0 : __WCLONE;
  pid_t child = clone(body, stack + sizeof stack, flags, (void*)4);
  SHOW(waitpid(child, &status, options) == child);
  getcwd(place, sizeof place);
  printf("%s: status %d, memory %d, files %d, place %d, umask %o\n", what, WEXITSTATUS(status),
         touched, fcntl(5, F_GETFD) < 0, place[1] == 0, umask(022));
  chdir(fresh_directory), chdir(".."), rmdir(fresh_directory);
  strcpy(fresh_directory + strlen(fresh_directory) - 6, "XXXXXX");
}
int main(void) {
  SHOW(raw(SIGCHLD));
  SHOW(raw(0));
  SHOW(raw(CLONE_SIGHAND | SIGCHLD));
  SHOW(raw(CLONE_THREAD | CLONE_VM));
  SHOW(raw(CLONE_THREAD | CLONE_SIGHAND));
  SHOW(raw(CLONE_FS | CLONE_NEWNS));
  SHOW(raw(CLONE_PARENT_SETTID | SIGCHLD));  // The pointer is null, which clone does not mind.
  run("nothing shared", SIGCHLD);
  run("memory", CLONE_VM | SIGCHLD);
  run("files", CLONE_FILES | SIGCHLD);
  run("place", CLONE_FS | SIGCHLD);
  run("all", CLONE_VM | CLONE_FILES | CLONE_FS | CLONE_SIGHAND | SIGCHLD);
  run("no signal at the end", CLONE_VM | CLONE_VFORK);
  signal(SIGUSR1, SIG_IGN);
  pid_t child = clone(body, stack + sizeof stack, CLONE_VM | SIGUSR1, (void*)6);
  SHOW(waitpid(child, NULL, 0));
  SHOW(waitpid(child, NULL, __WCLONE) == child);
  _exit(0);
}
