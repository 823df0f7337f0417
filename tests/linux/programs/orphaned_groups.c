// A group that loses its last tie to the session while a member is stopped gets SIGHUP and SIGCONT.
#include <sys/prctl.h>
#include "results.h"
static void on_signal(int number) {
  char text[] = "got HUP\n";
  if (number == SIGCONT) memcpy(text, "got CON", 7);
  write(1, text, 8);
}
int main(void) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  int status, fds[2];
  pipe(fds);
  pid_t leader = fork();
  if (leader == 0) {
    setsid();
    pid_t middle = fork();
    if (middle == 0) {
      pid_t stopped = fork();
      if (stopped == 0) {
        setpgid(0, 0);
        signal(SIGHUP, on_signal), signal(SIGCONT, on_signal);
        raise(SIGSTOP);
        raise(SIGTSTP);  // Orphaned by now, so that this does not stop it.
        write(1, "not stopped again\n", 18);
        _exit(5);
      }
      waitpid(stopped, &status, WUNTRACED);
      show_status("member", status);
      _exit(0);
    }
    waitpid(middle, &status, 0);
    char c;
    read(fds[0], &c, 1);
    _exit(0);
  }
  close(fds[0]);
  while (wait(&status) != leader && WEXITSTATUS(status) != 5) continue;
  show_status("orphan", status);
  write(fds[1], "x", 1);
  while (wait(NULL) > 0) continue;
  puts("end");
  return 0;
}
