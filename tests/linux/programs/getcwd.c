// getcwd and chdir: sizes, directories that were moved or removed.
#include "results.h"
static void user(void) {
  SHOW(chdir("closed"));
  SHOW(chdir("closed/x"));
}
int main(void) {
  enter_fresh_directory();
  char path[PATH_MAX];
  size_t length = strlen(fresh_directory) + 1;
  SHOW(syscall(SYS_getcwd, path, length) == length);
  SHOW(strcmp(path, fresh_directory));
  SHOW(syscall(SYS_getcwd, path, length - 1));
  SHOW(syscall(SYS_getcwd, path, 0));
  SHOW(syscall(SYS_getcwd, NULL, length));
  SHOW(syscall(SYS_getcwd, BAD_POINTER, length));
  mkdir("a", 0755), mkdir("a/b", 0755), symlink("a/b", "link"), make_file("file", ""),
      mkdir("closed", 0700);
  SHOW(chdir("link/../../a/./b"));
  puts(getcwd(path, sizeof path) + length);
  rename("../../a", "../../moved");
  puts(getcwd(path, sizeof path) + length);
  SHOW(rmdir("../b"));
  SHOW(syscall(SYS_getcwd, path, sizeof path));
  struct stat about;
  SHOW(stat(".", &about));
  SHOW((int)about.st_nlink);
  SHOW_OK(open("x", O_RDWR | O_CREAT, 0600));
  SHOW(mkdir("x", 0700));
  SHOW(stat("..", &about));
  SHOW(chdir(".."));
  puts(getcwd(path, sizeof path) + length);
  SHOW(chdir(".."));
  SHOW(chdir("file"));
  SHOW(chdir("missing"));
  SHOW(chdir(""));
  SHOW(chdir(BAD_POINTER));
  SHOW(fchdir(-1));
  SHOW(fchdir(open("file", O_RDONLY)));
  SHOW(chdir("/../../.."));
  SHOW(syscall(SYS_getcwd, path, sizeof path));
  SHOW(chdir(fresh_directory));
  as_user(1000, user);
  return 0;
}
