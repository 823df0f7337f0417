// Who uses the terminal from the background is stopped.
#define _GNU_SOURCE
#include "pty.h"
static int go[2], back[2];
static void tell(const char* text) { write(back[1], text, strlen(text)); }
static int leader(void) {
  setsid();
  ioctl(slave, TIOCSCTTY, 0);
  printf("own group in front %d\n", tcgetpgrp(slave) == getpgrp());
  pid_t pid = fork();
  if (pid == 0) {
    setpgid(0, 0);
    char bytes[20];
    show("background read", bytes, read(slave, bytes, sizeof bytes));
    signal(SIGTTIN, SIG_IGN);
    _exit(7);
  }
  setpgid(pid, pid);
  int status;
  waitpid(pid, &status, WUNTRACED);
  printf("stopped %d by SIGTTIN %d\n", WIFSTOPPED(status), WSTOPSIG(status) == SIGTTIN);
  printf("to the front %d\n", tcsetpgrp(slave, pid));
  printf("in front %d\n", tcgetpgrp(slave) == pid);
  kill(-pid, SIGCONT);
  type("typed\n");
  printf("waited %d\n", waitpid(pid, &status, 0) == pid);
  printf("exit %d\n", WEXITSTATUS(status));
  // Now this process itself is in the background.
  signal(SIGTTOU, SIG_IGN);
  printf("back %d\n", tcsetpgrp(slave, getpgrp()));
  pid = fork();
  if (pid == 0) {
    setpgid(0, 0);
    signal(SIGTTOU, SIG_DFL);
    printf("write %ld\n", (long)write(slave, "x", 1));
    struct termios settings;
    tcgetattr(slave, &settings);
    settings.c_lflag |= TOSTOP;
    signal(SIGTTOU, SIG_IGN);
    printf("set %d\n", tcsetattr(slave, TCSANOW, &settings));
    printf("ignored %ld\n", (long)write(slave, "x", 1));
    signal(SIGTTOU, SIG_DFL);
    write(slave, "y", 1);
    signal(SIGTTIN, SIG_IGN);
    char c;
    show("ignored read", &c, read(slave, &c, 1));
    _exit(3);
  }
  setpgid(pid, pid);
  waitpid(pid, &status, WUNTRACED);
  printf("stopped %d by SIGTTOU %d\n", WIFSTOPPED(status), WSTOPSIG(status) == SIGTTOU);
  struct termios settings;
  tcgetattr(slave, &settings);
  settings.c_lflag &= ~(tcflag_t)TOSTOP;
  tcsetattr(slave, TCSANOW, &settings);
  kill(-pid, SIGCONT);
  waitpid(pid, &status, 0);
  printf("exit %d\n", WEXITSTATUS(status));
  pid = fork();
  if (pid == 0) {
    setpgid(0, 0);
    signal(SIGTTOU, SIG_DFL);
    tcsetpgrp(slave, getpgrp());
    _exit(4);
  }
  setpgid(pid, pid);
  waitpid(pid, &status, WUNTRACED);
  printf("stopped %d by SIGTTOU %d\n", WIFSTOPPED(status), WSTOPSIG(status) == SIGTTOU);
  kill(pid, SIGKILL);
  waitpid(pid, &status, 0);
  int none = tcsetpgrp(slave, 1 << 21);
  outcome("no such group", none);
  int negative = tcsetpgrp(slave, -1);
  outcome("negative", negative);
  return 0;
}
int main(void) {
  open_pty();
  pid_t pid = fork();
  if (pid == 0) _exit(leader());
  int status;
  waitpid(pid, &status, 0);
  printf("leader %d\n", status);
  pid_t group = 0;
  int done = ioctl(slave, TIOCGPGRP, &group);
  outcome("not ours", done);
  done = tcsetpgrp(slave, getpgrp());
  outcome("not ours", done);
  return 0;
}
