// access, faccessat2: real and effective users, and what the superuser may not.
#include "results.h"
#define EFFECTIVE(name, mode) syscall(SYS_faccessat2, AT_FDCWD, name, mode, AT_EACCESS)
static void user(void) {
  SHOW(access("all", R_OK | W_OK | X_OK));
  SHOW(access("none", F_OK));
  SHOW(access("none", R_OK));
  SHOW(access("readable", R_OK));
  SHOW(access("readable", R_OK | W_OK));
  SHOW(access("hidden/file", F_OK));
  SHOW(access("none/x", F_OK));
}
static void mixed(void) {
  setresuid(1000, 0, 0);
  SHOW(access("none", R_OK));
  SHOW(EFFECTIVE("none", R_OK));
  setresuid(0, 1000, 0);
  SHOW(access("none", R_OK));
  SHOW(EFFECTIVE("none", R_OK));
}
int main(void) {
  enter_fresh_directory();
  make_file("all", ""), chmod("all", 0777), make_file("none", ""), chmod("none", 0);
  make_file("readable", ""), mkdir("hidden", 0700), make_file("hidden/file", ""),
      mkdir("sealed", 0);
  symlink("missing", "dangling");
  SHOW(access("none", R_OK | W_OK));
  SHOW(access("none", X_OK));
  SHOW(access("sealed", R_OK | W_OK | X_OK));
  SHOW(access("all", 8));
  SHOW(access("all", -1));
  SHOW(access("missing", F_OK));
  SHOW(access("dangling", F_OK));
  SHOW(access("", F_OK));
  SHOW(access(BAD_POINTER, F_OK));
  SHOW(syscall(SYS_faccessat2, AT_FDCWD, "dangling", F_OK, AT_SYMLINK_NOFOLLOW));
  SHOW(syscall(SYS_faccessat2, AT_FDCWD, "all", F_OK, 0x8000));
  SHOW(syscall(SYS_faccessat2, open("all", O_RDONLY), "", X_OK, AT_EMPTY_PATH));
  SHOW(syscall(SYS_faccessat2, -1, "all", F_OK, 0));
  as_user(1000, user);
  in_child("mixed", mixed);
  return 0;
}
