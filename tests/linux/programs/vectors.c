// readv, writev, preadv, pwritev, with short and wrong lists.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>
int main(void) {
  char name[] = "/tmp/vecXXXXXX";
  int fd = mkstemp(name);
  unlink(name);
  struct iovec list[12];
  for (int i = 0; i < 12; ++i) list[i] = (struct iovec){"abcdefghijkl" + i, 1};
  list[3].iov_len = 0;
  printf("%zd\n", writev(fd, list, 12));
  char a[4] = {0}, b[20] = {0};
  struct iovec in[2] = {{a, 3}, {b, 19}};
  printf("%zd %s %s\n", preadv(fd, in, 2, 0), a, b);
  printf("%zd\n", pwritev(fd, list, 2, 100));
  printf("%ld\n", (long)lseek(fd, 0, SEEK_END));
  ssize_t result = readv(fd, in, -1);
  printf("%zd %s\n", result, strerror(errno));
  in[1].iov_base = (void*)8;
  lseek(fd, 0, SEEK_SET);
  result = readv(fd, in, 2);
  printf("%zd\n", result);
  in[0].iov_len = (size_t)-1;
  result = readv(fd, in, 2);
  printf("%zd %s\n", result, strerror(errno));
  return 0;
}
