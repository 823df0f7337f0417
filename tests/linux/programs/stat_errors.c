// stat, fstat, newfstatat: errors; what they say of pipes, devices and links.
#include <sys/sysmacros.h>
#include "results.h"
#define STAT_AT(directory, path, about, flags) \
  syscall(SYS_newfstatat, directory, path, about, flags)
static void user(void) {
  struct stat about;
  SHOW(stat("hidden", &about));
  SHOW(stat("hidden/file", &about));
}
int main(void) {
  enter_fresh_directory();
  struct stat about;
  int fds[2];
  pipe(fds);
  make_file("file", "text"), symlink("file", "link"), mkdir("hidden", 0700),
      make_file("hidden/file", "");
  SHOW(stat("file/", &about));
  SHOW(stat("file/x", &about));
  SHOW(stat("missing", &about));
  SHOW(stat("", &about));
  SHOW(syscall(SYS_fstat, -1, &about));
  SHOW(syscall(SYS_fstat, fds[0], BAD_POINTER));
  SHOW(STAT_AT(AT_FDCWD, "file", BAD_POINTER, 0));
  SHOW(STAT_AT(AT_FDCWD, BAD_POINTER, &about, 0));
  SHOW(STAT_AT(AT_FDCWD, "link", &about, AT_SYMLINK_NOFOLLOW));
  SHOW(S_ISLNK(about.st_mode));
  SHOW(STAT_AT(AT_FDCWD, "link", &about, AT_NO_AUTOMOUNT));
  SHOW(S_ISREG(about.st_mode));
  SHOW(STAT_AT(AT_FDCWD, "link", &about, 0x1));
  SHOW(STAT_AT(-1, "file", &about, 0));
  SHOW(STAT_AT(-1, "/", &about, 0));
  SHOW(STAT_AT(fds[0], "file", &about, 0));
  SHOW(STAT_AT(fds[0], "", &about, AT_EMPTY_PATH));
  printf("%o size %ld\n", about.st_mode, (long)about.st_size);
  SHOW(STAT_AT(AT_FDCWD, "", &about, AT_EMPTY_PATH));
  SHOW(S_ISDIR(about.st_mode));
  SHOW(stat("/dev/zero", &about));
  printf("%o %d:%d\n", about.st_mode & S_IFMT, major(about.st_rdev), minor(about.st_rdev));
  struct stat first, second;
  fstat(fds[0], &first), fstat(fds[1], &second);
  SHOW(first.st_ino == second.st_ino && first.st_dev == second.st_dev);
  as_user(1000, user);
  return 0;
}
