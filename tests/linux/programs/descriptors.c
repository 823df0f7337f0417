// dup, fcntl, close_range, the lowest free number; glibc only, for close_range().
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(void) {
  int a = dup(1), b = dup(1), c = dup(1);
  printf("%d %d %d\n", b - a, c - b, a > 2);
  close(b);
  printf("%d\n", dup(1) == b);
  printf("%d\n", fcntl(1, F_DUPFD, 50));
  printf("%d\n", fcntl(1, F_DUPFD_CLOEXEC, 60));
  printf("%d\n", fcntl(60, F_GETFD));
  printf("%d\n", dup2(1, 70));
  printf("%d\n", dup3(1, 71, O_CLOEXEC));
  printf("%d\n", fcntl(71, F_GETFD));
  printf("%d\n", close_range(70, 75, 0));
  printf("%d %d\n", fcntl(70, F_GETFD), fcntl(60, F_GETFD));
  int fd = open("/dev/null", O_RDWR | O_APPEND);
  printf("%o\n", fcntl(fd, F_GETFL) & 07777777);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  printf("%o\n", fcntl(fd, F_GETFL) & 07777777);
  printf("%zd\n", write(fd, "x", 1));
  char byte;
  printf("%zd\n", read(fd, &byte, 1));
  return 0;
}
