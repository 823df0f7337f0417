// The longest names and paths, and those that are one too long.
#include "results.h"
static char name[8192];
static const char* of_length(int length) {
  memset(name, 'n', length);
  name[length] = 0;
  return name;
}
static const char* path_of_length(int length) {
  for (int i = 0; i < length; i += 2) memcpy(name + i, "./", 2);
  name[length - 1] = '.';
  name[length] = 0;
  return name;
}
int main(void) {
  enter_fresh_directory();
  struct stat about;
  SHOW_OK(creat(of_length(255), 0644));
  SHOW(unlink(of_length(255)));
  SHOW_OK(creat(of_length(256), 0644));
  SHOW(mkdir(of_length(256), 0755));
  SHOW(stat(of_length(256), &about));
  SHOW(symlink("x", of_length(256)));
  SHOW(link("missing", of_length(256)));
  SHOW(mkfifo(of_length(256), 0644));
  SHOW(rmdir(of_length(256)));
  SHOW(unlink(of_length(256)));
  SHOW(stat(path_of_length(4095), &about));
  SHOW(stat(path_of_length(4096), &about));
  SHOW(stat(path_of_length(4097), &about));
  SHOW(chdir(path_of_length(5000)));
  SHOW(symlink(path_of_length(4095), "longest"));
  SHOW(symlink(path_of_length(4096), "longer"));
  char target[5000];
  SHOW(readlink("longest", target, sizeof target));
  SHOW(stat("longest", &about));
  SHOW(rename("longest", of_length(255)));
  SHOW(rename("missing", path_of_length(4097)));
  for (int depth = 0; depth < 20; ++depth) {
    if (mkdir(of_length(250), 0755) || chdir(name)) return 1;
  }
  SHOW(getcwd(target, sizeof target) == NULL);
  SHOW(syscall(SYS_getcwd, target, sizeof target));
  return 0;
}
