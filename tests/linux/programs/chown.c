// chown and its kin: -1 leaves a side alone, set-id bits go, users may only give groups they are
// in.
#include "results.h"
static void show_owner(const char* name) {
  struct stat about;
  lstat(name, &about);
  printf("%s %d:%d %o\n", name, (int)about.st_uid, (int)about.st_gid, about.st_mode);
}
static void owner(void) {
  SHOW(chown("mine", 1000, -1));
  SHOW(chown("mine", -1, 1000));
  SHOW(chown("mine", -1, 5));
  SHOW(chown("mine", 2000, -1));
  SHOW(chown("mine", -1, -1));
  SHOW(chown("file", 0, 0));
  SHOW(lchown("link", -1, 1000));
}
int main(void) {
  enter_fresh_directory();
  make_file("file", ""), make_file("mine", ""), symlink("file", "link"), mkdir("dir", 0755);
  chmod("file", 06755);
  SHOW(chown("file", 10, 20));
  show_owner("file");
  SHOW(chown("file", -1, 30));
  SHOW(chown("file", 40, -1));
  show_owner("file");
  chmod("file", 02644);
  SHOW(chown("file", 41, -1));
  show_owner("file");
  SHOW(lchown("link", 7, 8));
  SHOW(chown("link", 9, 9));
  show_owner("link");
  show_owner("file");
  chmod("dir", 06755);
  SHOW(chown("dir", 1, 1));
  show_owner("dir");
  SHOW(chown("missing", 1, 1));
  SHOW(chown("", 1, 1));
  SHOW(chown(BAD_POINTER, 1, 1));
  SHOW(fchown(-1, 1, 1));
  SHOW(fchown(open("file", O_RDONLY), 1, 1));
  SHOW(fchownat(AT_FDCWD, "link", 3, 3, AT_SYMLINK_NOFOLLOW));
  SHOW(fchownat(AT_FDCWD, "link", 3, 3, 1));
  SHOW(fchownat(open("dir", O_PATH), "", 5, 5, AT_EMPTY_PATH));
  show_owner("link");
  show_owner("dir");
  chown("mine", 1000, 0), chmod("mine", 06755);
  as_user(1000, owner);
  show_owner("mine");
  return 0;
}
