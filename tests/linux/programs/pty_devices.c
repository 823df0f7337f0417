// Making pseudo-terminals: names, locks, peers.
// glibc only
#define _GNU_SOURCE
#include <sys/stat.h>
#include "pty.h"
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
  int number = -1, locked = -1;
  printf("number %d", ioctl(master, TIOCGPTN, &number));
  printf(" %d\n", number >= 0);
  printf("lock %d", ioctl(master, TIOCGPTLCK, &locked));
  printf(" %d\n", locked);
  char name[64];
  snprintf(name, sizeof name, "/dev/pts/%d", number);
  printf("named %d\n", strcmp(name, ptsname(master)) == 0);
  slave = open(name, O_RDWR | O_NOCTTY);
  outcome("locked", slave);
  int none = 0;
  ioctl(master, TIOCSPTLCK, &none);
  slave = open(name, O_RDWR | O_NOCTTY);
  printf("unlocked %d\n", slave >= 0);
  struct stat by_name, by_fd;
  stat(name, &by_name);
  fstat(slave, &by_fd);
  printf("same %d number %d owner %d\n", by_name.st_ino == by_fd.st_ino,
         (int)(by_name.st_rdev & 0xff) == number, by_name.st_uid == geteuid());
  printf("tty name %d\n", strcmp(ttyname(slave), name) == 0);
  printf("isatty %d %d\n", isatty(slave), isatty(master));
  int peer = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  printf("peer %d cloexec %d\n", peer >= 0, fcntl(peer, F_GETFD));
  fstat(peer, &by_fd);
  printf("peer same %d\n", by_name.st_ino == by_fd.st_ino);
  write(peer, "via peer", 8);
  show_screen("screen");
  int second = posix_openpt(O_RDWR | O_NOCTTY);
  printf("second %d\n", strcmp(ptsname(second), name) != 0);
  int wrong = ioctl(slave, TIOCGPTN, &number);
  outcome("no master", wrong);
  wrong = ioctl(master, TIOCSIG, 9);
  outcome("bad signal", wrong);
  close(second);
  close(master);
  outcome("gone", stat(name, &by_name));
  return 0;
}
