// Keys that send signals to the foreground group of a terminal's session.
#define _GNU_SOURCE
#include "pty.h"
static int report[2];
static void handler(int signal) {
  char c = (char)signal;
  write(report[1], &c, 1);
}
static void child(void) {
  close(master);
  setsid();
  printf("control %d\n", ioctl(slave, TIOCSCTTY, 0));
  signal(SIGINT, handler);
  signal(SIGQUIT, handler);
  signal(SIGTSTP, handler);
  signal(SIGHUP, handler);
  signal(SIGWINCH, handler);
  write(report[1], "", 1);
  for (;;) pause();
}
static void expect(const char* what) {
  unsigned char c = 0;
  struct pollfd wait = {.fd = report[0], .events = POLLIN};
  if (poll(&wait, 1, 300) != 1) {
    printf("%s: no signal\n", what);
    return;
  }
  read(report[0], &c, 1);
  printf("%s: signal %d\n", what, c);
}
int main(void) {
  open_pty();
  pipe(report);
  pid_t pid = fork();
  if (pid == 0) child();
  expect("ready");
  type("\003");
  expect("intr");
  show_screen("echo");
  type("abc\034");
  expect("quit");
  show_screen("echo");
  type("\032");
  expect("susp");
  show_screen("echo");
  type("\n");
  show_read("flushed", 100);
  change(0, 0, ISIG, 0);
  type("\003\n");
  expect("no signals");
  show_read("line", 100);
  change(0, 0, 0, ISIG | NOFLSH);
  type("ab\003c\n");
  expect("no flush");
  show_read("kept", 100);
  struct winsize size = {.ws_row = 33, .ws_col = 77};
  printf("set %d\n", ioctl(master, TIOCSWINSZ, &size));
  expect("window");
  ioctl(slave, TIOCSWINSZ, &size);
  expect("same window");
  struct winsize got;
  printf("get %d", ioctl(slave, TIOCGWINSZ, &got));
  printf(" %d %d %d %d\n", got.ws_row, got.ws_col, got.ws_xpixel, got.ws_ypixel);
  pid_t group = 0;
  printf("foreground %d", ioctl(master, TIOCGPGRP, &group));
  printf(" %d\n", group == pid);
  group = 0;
  printf("session %d", ioctl(master, TIOCGSID, &group));
  printf(" %d\n", group == pid);
  close(slave);
  close(master);
  expect("hang up");
  kill(pid, SIGKILL);
  int status;
  waitpid(pid, &status, 0);
  printf("%d\n", WTERMSIG(status));
  return 0;
}
