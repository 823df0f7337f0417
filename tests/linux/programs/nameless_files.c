// O_TMPFILE: a file without a name, which linkat may give it one.
#include "results.h"
int main(void) {
  enter_fresh_directory();
  struct stat about;
  mkdir("directory", 0755), make_file("file", "text");
  int fd = open("directory", O_TMPFILE | O_RDWR, 0666);
  SHOW(write(fd, "content", 7));
  fstat(fd, &about);
  printf("mode %o links %d size %ld\n", about.st_mode, (int)about.st_nlink, (long)about.st_size);
  SHOW(rmdir("directory"));
  SHOW(linkat(fd, "", AT_FDCWD, "named", AT_EMPTY_PATH));
  SHOW(linkat(fd, "", AT_FDCWD, "named", AT_EMPTY_PATH));
  show_file("named");
  fstat(fd, &about);
  printf("links %d\n", (int)about.st_nlink);
  int exclusive = open(".", O_TMPFILE | O_RDWR | O_EXCL, 0600);
  SHOW(linkat(exclusive, "", AT_FDCWD, "never", AT_EMPTY_PATH));
  SHOW(linkat(exclusive, "", AT_FDCWD, "never", 0));
  SHOW_OK(open(".", O_TMPFILE | O_RDONLY, 0600));
  SHOW_OK(open("file", O_TMPFILE | O_RDWR, 0600));
  SHOW_OK(open("missing", O_TMPFILE | O_RDWR, 0600));
  SHOW_OK(open(".", O_TMPFILE | O_WRONLY, 0600));
  return 0;
}
