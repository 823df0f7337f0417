// Which descriptors an exec keeps.
#include <sys/resource.h>
#include "results.h"
int main(int count, char** arguments) {
  if (count > 1) {
    for (int fd = 3; fd < 16; ++fd)
      printf("%d %s\n", fd, fcntl(fd, F_GETFD) < 0 ? "closed" : "open");
    char buffer[8] = {0};
    printf("%zd %s\n", read(3, buffer, 4), buffer);
    printf("offset %ld\n", (long)lseek(3, 0, SEEK_CUR));
    return 0;
  }
  enter_fresh_directory();
  make_file("file", "0123456789");
  for (int fd = 3; fd < 64; ++fd) close(fd);
  int fds[2];
  open("file", O_RDONLY);
  open("file", O_RDONLY | O_CLOEXEC);
  pipe2(fds, O_CLOEXEC), pipe(fds);
  fcntl(7, F_SETFD, FD_CLOEXEC);
  fcntl(3, F_DUPFD_CLOEXEC, 10), fcntl(4, F_DUPFD, 11), dup3(3, 12, O_CLOEXEC), dup2(4, 13);
  open(".", O_RDONLY | O_CLOEXEC), open(".", O_PATH | O_CLOEXEC);
  syscall(SYS_close_range, 12, 13, 4);
  read(3, &(char){0}, 2);
  if (fork() == 0) {
    execl(arguments[0], arguments[0], "again", NULL);
    _exit(9);
  }
  wait(NULL);
  for (int fd = 3; fd < 16; ++fd) printf("%d", fcntl(fd, F_GETFD));
  puts("");
  return 0;
}
