// What each signal does to a process that did not ask for it.
#include "signals.h"
int main(void) {
  for (int number = 1; number <= 64; ++number) {
    if (number >= 32 && number < 35) continue;  // The C libraries keep these for themselves.
    pid_t child = fork();
    if (child == 0) {
      setpgid(0, 0);
      kill(getpid(), number);
      _exit(0);
    }
    int status;
    waitpid(child, &status, WUNTRACED);
    show_status(signal_name(number), status);
    if (WIFSTOPPED(status)) {
      kill(child, SIGCONT);
      wait_for("afterwards", child);
    }
  }
  return 0;
}
