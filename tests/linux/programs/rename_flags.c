// renameat2: not replacing, and exchanging.
#include "results.h"
#define RENAME2(from, to, flags) syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags)
enum { NOREPLACE = 1, EXCHANGE = 2 };
int main(void) {
  enter_fresh_directory();
  make_file("a", "first"), make_file("b", "second");
  mkdir("dir", 0755), mkdir("dir/sub", 0755), make_file("dir/c", "third"), symlink("b", "link");
  SHOW(RENAME2("a", "b", NOREPLACE));
  SHOW(RENAME2("a", "new", NOREPLACE));
  SHOW(RENAME2("new", "link", NOREPLACE));
  SHOW(RENAME2("missing", "b", NOREPLACE));
  SHOW(RENAME2("new", "b", EXCHANGE));
  show_file("new");
  show_file("b");
  SHOW(RENAME2("new", "dir", EXCHANGE));
  show_file("dir");
  show_file("new/c");
  SHOW(RENAME2("new", "new/sub", EXCHANGE));
  SHOW(RENAME2("new/sub", "new", EXCHANGE));
  SHOW(RENAME2("new", "missing", EXCHANGE));
  SHOW(RENAME2("missing", "new", EXCHANGE));
  SHOW(RENAME2("link", "b", EXCHANGE));
  SHOW(readlink("b", (char[8]){0}, 8));
  SHOW(RENAME2("b", "b", EXCHANGE));
  SHOW(RENAME2("a", "b", NOREPLACE | EXCHANGE));
  SHOW(RENAME2("a", "b", 8));
  SHOW(RENAME2("link/", "b", EXCHANGE));
  struct stat about;
  stat(".", &about);
  int before = about.st_nlink;
  SHOW(RENAME2("link", "new/sub", EXCHANGE));
  stat(".", &about);
  printf("links of the directory: %+d\n", (int)about.st_nlink - before);
  return 0;
}
