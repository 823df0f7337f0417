// link and linkat: counts, kinds, links to links.
#include "results.h"
static int links(const char* name) {
  struct stat about;
  return lstat(name, &about) ? -1 : (int)about.st_nlink;
}
int main(void) {
  enter_fresh_directory();
  make_file("file", "text");
  mkdir("dir", 0755), symlink("file", "soft"), symlink("missing", "dangling"), mkfifo("fifo", 0600);
  SHOW(link("file", "second"));
  SHOW(links("file"));
  SHOW(link("file", "second"));
  SHOW(link("file", "file"));
  SHOW(link("missing", "third"));
  SHOW(link("dir", "dirtoo"));
  SHOW(link("file", "missing/third"));
  SHOW(link("file", "file/third"));
  SHOW(link("fifo", "fifo2"));
  SHOW(link("", "x"));
  SHOW(link("file", ""));
  SHOW(link(BAD_POINTER, "x"));
  SHOW(link("soft", "soft2"));
  SHOW(links("soft2"));
  SHOW(links("file"));
  SHOW(linkat(AT_FDCWD, "soft", AT_FDCWD, "hard", AT_SYMLINK_FOLLOW));
  SHOW(links("file"));
  SHOW(linkat(AT_FDCWD, "dangling", AT_FDCWD, "x", AT_SYMLINK_FOLLOW));
  SHOW(linkat(AT_FDCWD, "dangling", AT_FDCWD, "x", 0));
  SHOW(linkat(AT_FDCWD, "file", AT_FDCWD, "y", 0x40));
  SHOW(linkat(-1, "file", AT_FDCWD, "y", 0));
  SHOW(link("/dev/null", "device"));
  make_file("second", "changed");
  show_file("hard");
  SHOW(unlink("file"));
  SHOW(links("second"));
  SHOW(links("soft"));
  SHOW(rename("second", "hard"));
  SHOW(links("hard"));
  SHOW(links("second"));
  for (int i = 0; i < 200; ++i) {
    char name[16];
    snprintf(name, sizeof name, "many%d", i);
    link("hard", name);
  }
  SHOW(links("hard"));
  return 0;
}
