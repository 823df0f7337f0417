// The settings a terminal begins with, and what becomes of changes.
#define _GNU_SOURCE
#include <sys/stat.h>
#include "pty.h"
static void show_settings(const char* what, int fd) {
  struct termios settings;
  memset(&settings, 0, sizeof settings);
  int done = tcgetattr(fd, &settings);
  printf("%s %d i%o o%o c%o l%o", what, done, settings.c_iflag, settings.c_oflag, settings.c_cflag,
         settings.c_lflag);
  for (int i = 0; i < 17; ++i) printf(" %d", settings.c_cc[i]);
  printf(" speed %d %d\n", cfgetispeed(&settings) == cfgetospeed(&settings),
         (int)cfgetospeed(&settings));
}
int main(void) {
  open_pty();
  show_settings("slave", slave);
  show_settings("master", master);
  struct termios settings;
  tcgetattr(slave, &settings);
  cfsetspeed(&settings, B115200);
  settings.c_cc[VINTR] = 7;
  printf("set %d\n", tcsetattr(master, TCSAFLUSH, &settings));
  show_settings("changed", slave);
  int bytes = -1;
  printf("outq %d", ioctl(slave, TIOCOUTQ, &bytes));
  printf(" %d\n", bytes);
  int discipline = -1;
  printf("discipline %d", ioctl(slave, TIOCGETD, &discipline));
  printf(" %d\n", discipline);
  struct winsize size;
  printf("window %d", ioctl(slave, TIOCGWINSZ, &size));
  printf(" %d %d\n", size.ws_row, size.ws_col);
  printf("drain %d break %d\n", tcdrain(slave), tcsendbreak(slave, 0));
  int pipes[2];
  pipe(pipes);
  outcome("pipe", tcgetattr(pipes[0], &settings));
  outcome("unknown", ioctl(slave, 0x54ff, 0));
  outcome("fault", ioctl(slave, TCGETS, (void*)8));
  struct stat about;
  fstat(slave, &about);
  printf("major %d char %d\n", (int)(about.st_rdev >> 8 & 0xfff), S_ISCHR(about.st_mode));
  outcome("seek", lseek(slave, 0, SEEK_SET));
  return 0;
}
