// mkdir and rmdir: errors, modes, link counts, the group that a directory hands on.
#include "results.h"
static void show_mode(const char* name) {
  struct stat about;
  if (stat(name, &about)) return;
  printf("%s: %o group %d links %d\n", name, about.st_mode, (int)about.st_gid, (int)about.st_nlink);
}
static void user(void) {
  SHOW(mkdir("private/x", 0777));
  SHOW(mkdir("readonly/x", 0777));
  SHOW(rmdir("readonly/sub"));
  SHOW(mkdir("mine", 0777));
  SHOW(rmdir("mine"));
}
int main(void) {
  enter_fresh_directory();
  make_file("file", "");
  SHOW(mkdir("a", 0777));
  show_mode("a");
  SHOW(mkdir("a", 0777));
  SHOW(mkdir("file", 0777));
  SHOW(mkdir("a/b", 01777));
  SHOW(mkdir("a/c", 07000));
  show_mode("a");
  show_mode("a/b");
  show_mode("a/c");
  SHOW(mkdir("missing/x", 0777));
  SHOW(mkdir("file/x", 0777));
  SHOW(mkdir("", 0777));
  SHOW(mkdir(BAD_POINTER, 0777));
  SHOW(mkdirat(-1, "x", 0777));
  SHOW(rmdir("a"));
  SHOW(rmdir("file"));
  SHOW(rmdir("missing"));
  SHOW(rmdir(""));
  SHOW(rmdir("a/b"));
  show_mode("a");
  mkdir("shared", 0777), chown("shared", 0, 77), chmod("shared", 02775);
  SHOW(mkdir("shared/sub", 0777));
  show_mode("shared/sub");
  make_file("shared/file", "");
  show_mode("shared/file");
  mkdir("private", 0700), mkdir("readonly", 0755), mkdir("readonly/sub", 0777);
  as_user(1000, user);
  return 0;
}
