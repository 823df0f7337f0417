// chmod and its kin: who may, and which bits stay.
#include "results.h"
static int mode_of(const char* name) {
  struct stat about;
  return lstat(name, &about) ? -1 : (int)about.st_mode;
}
static void owner(void) {
  SHOW(chmod("file", 06755));
  printf("%o\n", mode_of("file"));
  SHOW(chmod("theirs", 0777));
  SHOW(chmod("foreign-group", 02775));
  printf("%o\n", mode_of("foreign-group"));
  SHOW(chmod("hidden/x", 0600));
}
int main(void) {
  enter_fresh_directory();
  make_file("file", ""), make_file("theirs", ""), make_file("foreign-group", ""),
      mkdir("dir", 0755);
  mkdir("hidden", 0700);
  symlink("file", "link");
  SHOW(chmod("file", 07777));
  printf("%o\n", mode_of("file"));
  SHOW(chmod("file", 0170000 | 0123));
  printf("%o\n", mode_of("file"));
  SHOW(chmod("link", 0400));
  printf("%o %o\n", mode_of("file"), mode_of("link"));
  SHOW(chmod("dir", 07000));
  printf("%o\n", mode_of("dir"));
  SHOW(chmod("missing", 0));
  SHOW(chmod("file/x", 0));
  SHOW(chmod("", 0));
  SHOW(chmod(BAD_POINTER, 0));
  SHOW(fchmod(-1, 0));
  SHOW(fchmod(open("file", O_RDONLY), 0644));
  SHOW(syscall(SYS_fchmodat, -1, "file", 0));
  SHOW(syscall(SYS_fchmodat, open("dir", O_RDONLY), "../file", 0600));
  printf("%o\n", mode_of("file"));
  chown("file", 1000, 1000), chown("foreign-group", 1000, 7);
  as_user(1000, owner);
  return 0;
}
