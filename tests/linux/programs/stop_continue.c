// Stopping and continuing as waitpid tells it, and what SIGCONT does although it is ignored or
// blocked.
#include "signals.h"
static void on_continue(int number, siginfo_t* info, void* context) {
  write(1, "handler of CONT\n", 16);
}
int main(void) {
  int status, fds[2];
  pipe(fds);
  pid_t child = fork();
  if (child == 0) {
    setpgid(0, 0);  // Else it may be in an orphaned group, which most stop signals do not stop.
    raise(SIGSTOP);
    read(fds[0], &(char){0}, 1);  // So that its having been continued can still be seen.
    on(SIGCONT, 0, on_continue);
    raise(SIGTSTP);
    block(SIGCONT);
    raise(SIGTTIN);
    signal(SIGCONT, SIG_IGN);
    raise(SIGTTOU);
    _exit(7);
  }
  for (int i = 0; i < 4; ++i) {
    SHOW(waitpid(child, &status, WUNTRACED) == child);
    show_status("child", status);
    SHOW(waitpid(child, &status, WUNTRACED | WNOHANG));  // It is told once.
    kill(child, SIGCONT);
    if (i == 0) {
      SHOW(waitpid(child, &status, WCONTINUED) == child);
      show_status("child", status);
      write(fds[1], "x", 1);
    }
  }
  wait_for("child", child);
  child = fork();
  if (child == 0)
    for (;;) pause();
  kill(child, SIGSTOP);
  waitpid(child, &status, WUNTRACED);
  kill(child, SIGTERM);  // Waits until it goes on,
  SHOW(waitpid(child, &status, WNOHANG | WCONTINUED));
  kill(child, SIGCONT);
  waitpid(child, &status, 0);
  show_status("child", status);
  child = fork();
  if (child == 0)
    for (;;) pause();
  kill(child, SIGSTOP);
  waitpid(child, &status, WUNTRACED);
  kill(child, SIGKILL);  // but this does not.
  wait_for("child", child);
  child = fork();
  if (child == 0) {
    setpgid(0, 0);
    block(SIGTSTP), raise(SIGTSTP), kill(getpid(), SIGCONT), unblock(SIGTSTP);
    _exit(1);  // SIGCONT took the pending stop away.
  }
  waitpid(child, &status, WUNTRACED);
  show_status("child", status);
  return 0;
}
