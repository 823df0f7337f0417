// chroot: the way up ends there, for names, links and the current directory.
#include "results.h"
static void user(void) { SHOW(chroot("jail")); }
static void jailed(void) {
  char path[PATH_MAX] = {0};
  int outside = open(".", O_RDONLY);
  SHOW(chroot("jail"));
  SHOW(syscall(SYS_getcwd, path, sizeof path) > 0);
  puts(strncmp(path, "(unreachable)", 13) ? "reachable" : "unreachable");
  show_file("/file");
  show_file("file");
  SHOW(chdir("/"));
  show_file("../../file");
  show_file("up");
  show_file("absolute");
  SHOW(syscall(SYS_getcwd, path, sizeof path));
  SHOW(access("/dev/null", F_OK));
  SHOW(faccessat(outside, "jail", F_OK, 0));
  SHOW(faccessat(outside, "../tmp", F_OK, 0));
  SHOW(chroot("inner"));
  show_file("/../../deep");
  show_file("deep");
  SHOW(fchdir(outside));
  show_file("file");
}
int main(void) {
  enter_fresh_directory();
  mkdir("jail", 0755), mkdir("jail/inner", 0755), make_file("jail/file", "inside"),
      make_file("file", "outside");
  make_file("jail/inner/deep", "deep"), symlink("../file", "jail/up"),
      symlink("/file", "jail/absolute");
  SHOW(chroot("file"));
  SHOW(chroot("missing"));
  SHOW(chroot(BAD_POINTER));
  as_user(1000, user);
  in_child("jailed", jailed);
  return 0;
}
