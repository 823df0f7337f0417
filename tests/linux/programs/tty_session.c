// Sessions and their terminals: /dev/tty, TIOCSCTTY, TIOCNOTTY, O_NOCTTY.
#define _GNU_SOURCE
#include <sys/stat.h>
#include "pty.h"
static void try_dev_tty(const char* what) {
  int fd = open("/dev/tty", O_RDWR);
  if (fd < 0) {
    printf("%s: no terminal: %s\n", what, strerror(errno));
    return;
  }
  struct stat ours, theirs;
  fstat(fd, &ours);
  fstat(slave, &theirs);
  pid_t session = 0;
  int done = ioctl(fd, TIOCGSID, &session);
  printf("%s: a terminal, isatty %d, session %d %d, device 5:0 %d\n", what, isatty(fd), done,
         session == getsid(0), ours.st_rdev == 0x500);
  write(fd, "x", 1);
  close(fd);
}
static void hung_up(int signal) { printf("SIGHUP\n"); }
static int leader(void) {
  try_dev_tty("inherited");
  int done = ioctl(slave, TIOCSCTTY, 0);
  outcome("no leader", done);
  setsid();
  try_dev_tty("new session");
  int plain = open(ptsname(master), O_RDWR | O_NOCTTY);
  try_dev_tty("opened with O_NOCTTY");
  close(plain);
  plain = open(ptsname(master), O_RDWR);
  try_dev_tty("opened");
  printf("again %d\n", ioctl(plain, TIOCSCTTY, 0));
  signal(SIGHUP, hung_up);
  signal(SIGCONT, SIG_IGN);
  pid_t pid = fork();
  if (pid == 0) {
    try_dev_tty("child");
    printf("give up %d\n", ioctl(plain, TIOCNOTTY));
    try_dev_tty("child without");
    done = ioctl(plain, TIOCNOTTY);
    outcome("twice", done);
    setsid();
    done = ioctl(plain, TIOCSCTTY, 0);
    outcome("taken", done);
    _exit(0);
  }
  waitpid(pid, 0, 0);
  try_dev_tty("still");
  printf("leader gives up %d\n", ioctl(plain, TIOCNOTTY));
  try_dev_tty("gone");
  pid_t session = 0;
  done = ioctl(plain, TIOCGSID, &session);
  outcome("session", done);
  return 0;
}
int main(void) {
  open_pty();
  setsid();
  pid_t pid = fork();
  if (pid == 0) _exit(leader());
  int status;
  waitpid(pid, &status, 0);
  printf("leader %d\n", status);
  show_screen("screen");
  return 0;
}
