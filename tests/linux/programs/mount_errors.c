// mount, umount2, pivot_root, chroot: what is refused.
#include <sched.h>
#include <sys/mount.h>
#include "results.h"

static char place[] = "/tmp/mountsXXXXXX";
static void as_nobody(void) {
  SHOW(mount("none", place, "tmpfs", 0, 0));
  SHOW(umount(place));
  SHOW(chroot(place));
  SHOW(syscall(SYS_pivot_root, place, place));
  SHOW(unshare(CLONE_NEWNS));
}

int main(void) {
  mkdtemp(place);
  chmod(place, 0755);
  unshare(CLONE_NEWNS);
  mount(0, "/", 0, MS_REC | MS_PRIVATE, 0);
  chdir(place);
  mkdir("d", 0755);
  close(open("f", O_CREAT | O_WRONLY, 0600));
  SHOW(mount("none", "d", "nothing", 0, 0));
  SHOW(mount("none", "missing", "tmpfs", 0, 0));
  SHOW(mount("none", "f", "tmpfs", 0, 0));
  SHOW(mount("none", "d", 0, 0, 0));
  SHOW(mount("none", BAD_POINTER, "tmpfs", 0, 0));
  SHOW(mount("missing", "d", 0, MS_BIND, 0));
  SHOW(mount("f", "d", 0, MS_BIND, 0));
  SHOW(mount("d", "f", 0, MS_BIND, 0));
  SHOW(mount(0, "d", 0, MS_REMOUNT, 0));
  SHOW(mount(0, "d", 0, MS_PRIVATE, 0));
  SHOW(mount("d", "f", 0, MS_MOVE, 0));
  SHOW(mount("none", "d", "tmpfs", 0, "nonsense=1"));
  SHOW(umount("d"));
  SHOW(umount("missing"));
  SHOW(umount2("d", 0x100));
  SHOW(syscall(SYS_pivot_root, "d", "d"));
  SHOW(syscall(SYS_pivot_root, "f", "d"));
  SHOW(syscall(SYS_pivot_root, "missing", "d"));
  SHOW(chroot("f"));
  SHOW(chroot("missing"));
  as_user(1234, as_nobody);
  unlink("f");
  rmdir("d");
  chdir("/");
  rmdir(place);
}
