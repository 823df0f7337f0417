// ioctl on files, pipes and directories: the few requests that all know, and ENOTTY.
#include <sys/ioctl.h>
#include "results.h"
int main(void) {
  enter_fresh_directory();
  int fds[2], value = -5;
  char space[128];
  make_file("file", "0123456789");
  pipe(fds);
  int fd = open("file", O_RDWR), directory = open(".", O_RDONLY);
  write(fds[1], "abc", 3);
  SHOW(ioctl(fds[0], FIONREAD, &value));
  SHOW(value);
  SHOW(ioctl(fds[1], FIONREAD, &value));
  SHOW(value);
  lseek(fd, 4, SEEK_SET);
  SHOW(ioctl(fd, FIONREAD, &value));
  SHOW(value);
  SHOW(ioctl(fds[0], FIONREAD, BAD_POINTER));
  value = 1;
  SHOW(ioctl(fds[0], FIONBIO, &value));
  SHOW(fcntl(fds[0], F_GETFL) & O_NONBLOCK);
  value = 0;
  SHOW(ioctl(fds[0], FIONBIO, &value));
  SHOW(fcntl(fds[0], F_GETFL) & O_NONBLOCK);
  SHOW(ioctl(fds[0], FIONBIO, BAD_POINTER));
  SHOW(ioctl(fd, FIOCLEX));
  SHOW(fcntl(fd, F_GETFD));
  SHOW(ioctl(fd, FIONCLEX));
  SHOW(fcntl(fd, F_GETFD));
  SHOW(ioctl(fd, TCGETS, space));
  SHOW(ioctl(fds[0], TCGETS, space));
  SHOW(ioctl(directory, TIOCGWINSZ, space));
  SHOW(ioctl(open("/dev/null", O_RDWR), TCGETS, space));
  SHOW(ioctl(fds[0], 0x12345678, space));
  SHOW(ioctl(-1, FIONREAD, &value));
  SHOW(isatty(fd));
  return 0;
}
