// mount and umount2 in a mount namespace of the program's own: tmpfs, bind mounts, remounting.
#include <sched.h>
#include <sys/mount.h>
#include <sys/statfs.h>
#include "results.h"

static void write_file(const char* path, const char* text) {
  int file = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0644);
  if (file < 0) {
    printf("%s\n", error_name(errno));
    return;
  }
  write(file, text, strlen(text));
  close(file);
}
static void tell(const char* path) {
  char text[32] = "";
  int file = open(path, O_RDONLY);
  if (file < 0) {
    printf("%s: %s\n", path, error_name(errno));
    return;
  }
  read(file, text, sizeof text - 1);
  printf("%s: %s\n", path, text);
  close(file);
}

int main(void) {
  char place[] = "/tmp/mountsXXXXXX";
  mkdtemp(place);
  chdir(place);
  SHOW(unshare(CLONE_NEWNS));
  SHOW(mount(0, "/", 0, MS_REC | MS_PRIVATE, 0));
  mkdir("a", 0755);
  mkdir("b", 0755);
  write_file("a/below", "below");
  SHOW(mount("none", "a", "tmpfs", 0, "size=1m,mode=0700"));
  struct statfs status;
  SHOW(statfs("a", &status));
  printf("%lx %ld\n", (long)status.f_type, (long)(status.f_blocks * status.f_bsize));
  tell("a/below");
  write_file("a/file", "in tmpfs");
  SHOW(mount("a", "b", 0, MS_BIND, 0));
  tell("b/file");
  SHOW(mount(0, "b", 0, MS_REMOUNT | MS_BIND | MS_RDONLY, 0));
  write_file("b/file", "changed");
  write_file("a/file", "changed");
  tell("b/file");
  SHOW(umount("a"));
  tell("a/below");
  tell("b/file");
  write_file("single", "single");
  write_file("target", "target");
  SHOW(mount("single", "target", 0, MS_BIND, 0));
  tell("target");
  SHOW(umount2("target", MNT_DETACH));
  tell("target");
  int file = open("b/file", O_RDONLY);
  SHOW(umount("b"));
  SHOW(umount2("b", MNT_DETACH));
  tell("b/file");
  char text[16] = "";
  read(file, text, 15);
  printf("%s\n", text);
  mkdir("c", 0755);
  SHOW(mount("none", "c", "tmpfs", 0, 0));
  write_file("c/file", "moved");
  SHOW(mount("c", "b", 0, MS_MOVE, 0));
  tell("b/file");
  tell("c/file");
  SHOW(umount("b"));
  unlink("single");
  unlink("target");
  unlink("a/below");
  rmdir("a");
  rmdir("b");
  rmdir("c");
  chdir("/");
  SHOW(rmdir(place));
}
