// The end of file key, how much can be read, and changes between canonical and raw mode.
#define _GNU_SOURCE
#include "pty.h"
static void show_count(const char* what) {
  int count = -1;
  int done = ioctl(slave, FIONREAD, &count);
  printf("%s %d %d\n", what, done, count);
}
int main(void) {
  open_pty();
  change(0, 0, ECHO, 0);
  show_count("empty");
  type("abc");
  show_read("unfinished", 100);
  show_count("unfinished");
  type("\004");
  show_read("pushed", 100);
  type("\004");
  show_read("end", 100);
  type("x\n\004y\n");
  show_read("before", 100);
  show_read("end between", 100);
  show_read("after", 100);
  type("four\n");
  usleep(50000);
  show_count("line");
  show_read("line", 100);
  type("half");
  usleep(50000);
  change(0, 0, ICANON, 0);
  show_count("raw");
  show_read("raw", 2);
  change(0, 0, 0, ICANON);
  show_read("canonical again", 100);
  type("line\n");
  usleep(50000);
  tcflush(slave, TCIFLUSH);
  show_count("flushed");
  show_read("flushed", 100);
  struct termios settings;
  tcgetattr(slave, &settings);
  settings.c_cc[VEOL] = ';';
  settings.c_cc[VEOL2] = ',';
  tcsetattr(slave, TCSANOW, &settings);
  type("a;b,c\n");
  show_read("eol", 100);
  show_read("eol2", 100);
  show_read("nl", 100);
  settings.c_cc[VEOF] = _POSIX_VDISABLE;
  settings.c_cc[VERASE] = 'x';
  tcsetattr(slave, TCSANOW, &settings);
  type("ab\004x\n");
  show_read("disabled", 100);
  return 0;
}
