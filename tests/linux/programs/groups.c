// setgroups and getgroups, and that supplementary groups open files.
#include <grp.h>
#include "results.h"
static void member(void) {
  gid_t groups[4] = {77, 5, 77};
  setgroups(3, groups);
  setgid(1000), setuid(1000);
  SHOW_OK(open("file", O_RDONLY));
  SHOW_OK(open("file", O_WRONLY));
  SHOW(setgroups(0, NULL));
  SHOW(getgroups(0, NULL));
  SHOW(getgroups(4, groups));
  printf("%d %d %d\n", groups[0], groups[1], groups[2]);
  SHOW(getgroups(2, groups));
  SHOW(getgroups(-1, groups));
  SHOW(syscall(SYS_getgroups, 4, BAD_POINTER));
  SHOW(chown("mine", -1, 5));
  SHOW(chown("mine", -1, 6));
}
static void stranger(void) { SHOW_OK(open("file", O_RDONLY)); }
static void effective(void) {
  setgroups(0, NULL), setresgid(1, 77, 1), setuid(1000);
  SHOW_OK(open("file", O_RDONLY));
}
int main(void) {
  static gid_t many[70000];
  enter_fresh_directory();
  make_file("file", "x"), chown("file", 0, 77), chmod("file", 0640), make_file("mine", ""),
      chown("mine", 1000, 1000);
  SHOW(setgroups(64, many));
  SHOW(getgroups(0, NULL));
  SHOW(setgroups(65537, many));
  SHOW(setgroups(-1, many));
  SHOW(syscall(SYS_setgroups, 1, BAD_POINTER));
  SHOW(setgroups(0, BAD_POINTER));
  SHOW(getgroups(0, NULL));
  in_child("member", member);
  as_user(1000, stranger);
  in_child("effective", effective);
  return 0;
}
