// pivot_root: another file system becomes the root.
#include <sched.h>
#include <sys/mount.h>
#include "results.h"

static void inside(void) {
  char place[] = "/tmp/pivotXXXXXX";
  mkdtemp(place);
  SHOW(unshare(CLONE_NEWNS));
  SHOW(mount(0, "/", 0, MS_REC | MS_PRIVATE, 0));
  SHOW(mount("none", place, "tmpfs", 0, 0));
  SHOW(chdir(place));
  mkdir("old", 0755);
  close(open("here", O_CREAT | O_WRONLY, 0600));
  SHOW(syscall(SYS_pivot_root, ".", "old"));
  SHOW(access("/here", F_OK));
  SHOW(access("/old/tmp", F_OK));
  SHOW(chdir("/"));
  SHOW(umount2("/old", MNT_DETACH));
  SHOW(access("/old/tmp", F_OK));
  char path[64];
  SHOW_OK(getcwd(path, sizeof path) ? 0 : -1);
  printf("%s\n", path);
}
int main(void) { in_child("pivoting", inside); }
