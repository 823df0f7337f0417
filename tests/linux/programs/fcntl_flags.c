// fcntl: flags of descriptors and of open files, and commands that do not fit.
#include "results.h"
int main(void) {
  enter_fresh_directory();
  int fds[2];
  pipe(fds);
  int fd = open("file", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  SHOW(fcntl(fd, F_GETFD));
  SHOW(fcntl(fd, F_SETFD, 0));
  SHOW(fcntl(fd, F_SETFD, -1));
  SHOW(fcntl(fd, F_GETFD));
  SHOW((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR);
  SHOW(fcntl(fd, F_GETFL) & (O_CREAT | O_TRUNC | O_EXCL | O_CLOEXEC));
  SHOW(fcntl(fd, F_SETFL, O_WRONLY | O_NONBLOCK | O_TRUNC));
  SHOW((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR);
  SHOW(fcntl(fd, F_GETFL) & (O_NONBLOCK | O_TRUNC | O_APPEND));
  SHOW(fcntl(fds[0], F_GETFL) & O_ACCMODE);
  SHOW(fcntl(fds[1], F_GETFL) & O_ACCMODE);
  SHOW(fcntl(fds[0], F_SETFL, O_NONBLOCK));
  SHOW(fcntl(fds[1], F_GETFL) & O_NONBLOCK);
  SHOW(fcntl(fd, 9999));
  SHOW(fcntl(-1, 9999));
  SHOW(fcntl(-1, F_GETFL));
  SHOW(fcntl(fd, F_GETPIPE_SZ));
  SHOW(fcntl(fds[0], F_GETPIPE_SZ));
  SHOW(fcntl(open("file", O_WRONLY | O_APPEND | O_NONBLOCK), F_GETFL) &
       (O_ACCMODE | O_APPEND | O_NONBLOCK));
  return 0;
}
