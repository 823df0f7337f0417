// truncate and ftruncate: sizes, kinds of files, rights.
#include "results.h"
static void other(void) {
  SHOW(truncate("file", 0));
  SHOW(truncate("locked/file", 0));
  SHOW(truncate("missing", 0));
}
int main(void) {
  enter_fresh_directory();
  make_file("file", "0123456789");
  mkdir("directory", 0755), mkdir("locked", 0700), symlink("file", "link"), mkfifo("fifo", 0600);
  int in = open("file", O_RDONLY), out = open("file", O_WRONLY), fds[2];
  pipe(fds);
  SHOW(truncate("file", 5));
  show_file("file");
  SHOW(truncate("link", 3));
  show_file("file");
  SHOW(truncate("file", -1));
  SHOW(truncate("missing", -1));
  SHOW(truncate("directory", 0));
  SHOW(truncate("directory", -1));
  SHOW(truncate("fifo", 0));
  SHOW(truncate("missing", 0));
  SHOW(truncate("file/x", 0));
  SHOW(truncate("", 0));
  SHOW(truncate(BAD_POINTER, 0));
  SHOW(ftruncate(in, 0));
  SHOW(ftruncate(out, -1));
  SHOW(ftruncate(in, -1));
  SHOW(ftruncate(-1, 0));
  SHOW(ftruncate(fds[1], 0));
  SHOW(ftruncate(open(".", O_RDONLY), 0));
  SHOW(ftruncate(open("file", O_PATH), 0));
  SHOW(ftruncate(out, 12));
  SHOW(lseek(in, 0, SEEK_END));
  as_user(1000, other);
  return 0;
}
