// vfork: the child uses its parent's memory, and the parent waits until it is gone.
#include "results.h"
static volatile int word;
int main(void) {
  int fds[2], status;
  pipe(fds);
  pid_t child = vfork();
  if (child == 0) {
    word = 5;
    close(fds[0]);
    _exit(3);
  }
  printf("%d, still open %d\n", word, fcntl(fds[0], F_GETFD) >= 0);
  wait_for("child", child);
  child = vfork();
  if (child == 0) {
    word = 6;
    execl("/missing", "missing", NULL);
    word = errno;
    _exit(4);
  }
  printf("%s\n", error_name(word));
  wait_for("child", child);
  child = vfork();
  if (child == 0) {
    execl("/bin/sh", "sh", "-c", "exit 9", NULL);
    _exit(1);
  }
  wait_for("child", child);
  child = vfork();
  if (child == 0) kill(getpid(), SIGKILL);
  waitpid(child, &status, 0);
  show_status("killed", status);
  for (int i = 0; i < 100; ++i) {
    child = vfork();
    if (child == 0) {
      ++word;
      _exit(0);
    }
    waitpid(child, NULL, 0);
  }
  printf("%d\n", word - ENOENT);
  return 0;
}
