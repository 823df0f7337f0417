// sendfile and copy_file_range.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <unistd.h>
#include "results.h"

static int temporary(void) {
  char place[] = "/tmp/sendXXXXXX";
  int file = mkstemp(place);
  unlink(place);
  return file;
}

int main(void) {
  int in = temporary(), out = temporary(), ends[2];
  pipe(ends);
  write(in, "0123456789", 10);
  lseek(in, 0, SEEK_SET);
  SHOW(sendfile(out, in, 0, 4));
  printf("%ld %ld\n", (long)lseek(in, 0, SEEK_CUR), (long)lseek(out, 0, SEEK_CUR));
  off_t offset = 7;
  SHOW(sendfile(out, in, &offset, 100));
  printf("%ld %ld\n", (long)offset, (long)lseek(in, 0, SEEK_CUR));
  char text[16] = "";
  pread(out, text, 15, 0);
  printf("%s\n", text);
  SHOW(sendfile(out, in, &offset, 5));
  offset = 0;
  SHOW(sendfile(ends[1], in, &offset, 10));
  SHOW(read(ends[0], text, 15));
  offset = -1;
  SHOW(sendfile(out, in, &offset, 5));
  SHOW(sendfile(ends[0], in, 0, 5));
  SHOW(sendfile(99, in, 0, 5));
  SHOW(sendfile(out, 99, 0, 5));
  fcntl(out, F_SETFL, O_APPEND);
  SHOW(sendfile(out, in, 0, 5));
  fcntl(out, F_SETFL, 0);
  signal(SIGPIPE, SIG_IGN);
  close(ends[0]);
  lseek(in, 0, SEEK_SET);
  SHOW(sendfile(ends[1], in, 0, 5));

  lseek(out, 0, SEEK_SET);
  SHOW(copy_file_range(in, 0, out, 0, 6, 0));
  off_t from = 8, to = 20;
  SHOW(copy_file_range(in, &from, out, &to, 6, 0));
  printf("%ld %ld %ld\n", (long)from, (long)to, (long)lseek(out, 0, SEEK_END));
  from = 0, to = 2;
  SHOW(copy_file_range(in, &from, in, &to, 6, 0));
  SHOW(copy_file_range(in, 0, out, 0, 6, 1));
  SHOW(copy_file_range(in, 0, ends[1], 0, 6, 0));
  SHOW(copy_file_range(in, 0, 99, 0, 6, 0));
  int directory = open("/tmp", O_RDONLY);
  from = 0, to = 0;
  SHOW(copy_file_range(directory, &from, out, &to, 6, 0));
  fcntl(out, F_SETFL, O_APPEND);
  from = 0, to = 0;
  SHOW(copy_file_range(in, &from, out, &to, 6, 0));
  fcntl(out, F_SETFL, 0);
  from = 50;
  SHOW(copy_file_range(in, &from, out, &to, 6, 0));
}
