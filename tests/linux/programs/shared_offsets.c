// Which descriptors share an offset and flags: those of dup and fork do, those of another open do
// not.
#include "results.h"
int main(void) {
  enter_fresh_directory();
  char buffer[8] = {0};
  make_file("file", "0123456789");
  int fd = open("file", O_RDWR), copy = dup(fd), other = open("file", O_RDWR);
  SHOW(read(fd, buffer, 3));
  SHOW(lseek(copy, 0, SEEK_CUR));
  SHOW(lseek(other, 0, SEEK_CUR));
  pid_t child = fork();
  if (child == 0) _exit(read(copy, buffer, 2) == 2 && buffer[0] == '3' ? 0 : 1);
  wait_for("child", child);
  SHOW(lseek(fd, 0, SEEK_CUR));
  SHOW(fcntl(copy, F_SETFL, O_APPEND));
  SHOW((fcntl(fd, F_GETFL) & O_APPEND) != 0);
  SHOW((fcntl(other, F_GETFL) & O_APPEND) != 0);
  SHOW(fcntl(copy, F_SETFD, FD_CLOEXEC));
  SHOW(fcntl(fd, F_GETFD));
  SHOW(fcntl(dup(copy), F_GETFD));
  SHOW(close(fd));
  SHOW(lseek(copy, 0, SEEK_CUR));
  SHOW(dup2(other, copy) == copy);
  SHOW(lseek(copy, 0, SEEK_CUR));
  SHOW(fcntl(copy, F_GETFD));
  return 0;
}
