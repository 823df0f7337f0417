// sendfile() from a file into sockets.
#include <sys/sendfile.h>
#include "sockets.h"

int main(void) {
  enter_fresh_directory();
  make_file("file", "0123456789");
  int ends[2], fd = open("file", O_RDONLY);
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  SHOW(sendfile(ends[0], fd, NULL, 4));
  show_read("first", ends[1]);
  off_t at = 6;
  SHOW(sendfile(ends[0], fd, &at, 100));
  printf("%ld %ld\n", (long)at, (long)lseek(fd, 0, SEEK_CUR));
  show_read("rest", ends[1]);
  tcp_pair(ends);
  SHOW(sendfile(ends[0], fd, NULL, 100));
  show_read("tcp", ends[1]);
  SHOW(sendfile(fd, ends[0], NULL, 1));
  return 0;
}
