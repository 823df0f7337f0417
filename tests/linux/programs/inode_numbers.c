// Numbers of nodes: the same for all names of a file, kept by rename, and those that directories
// list.
#include <dirent.h>
#include "results.h"
static ino_t number_of(const char* name) {
  struct stat about;
  return lstat(name, &about) ? 0 : about.st_ino;
}
int main(void) {
  enter_fresh_directory();
  make_file("a", ""), make_file("b", ""), mkdir("dir", 0755), symlink("a", "soft"),
      link("a", "hard");
  ino_t a = number_of("a"), b = number_of("b"), dir = number_of("dir");
  SHOW(a != b && a != dir && a != number_of("soft"));
  SHOW(number_of("hard") == a);
  SHOW(rename("a", "dir/moved"));
  SHOW(number_of("dir/moved") == a);
  SHOW(rename("dir", "directory"));
  SHOW(number_of("directory") == dir);
  SHOW(number_of("directory/.") == dir);
  SHOW(number_of("directory/..") == number_of("."));
  SHOW(rename("b", "hard"));
  SHOW(number_of("hard") == b);
  struct stat about;
  int fd = open("hard", O_RDONLY), agree = 0, entries = 0;
  fstat(fd, &about);
  SHOW(about.st_ino == b);
  DIR* directory = opendir(".");
  for (struct dirent* e; (e = readdir(directory)); ++entries) {
    if (strcmp(e->d_name, "..")) agree += e->d_ino == number_of(e->d_name);
  }
  printf("%d entries, %d agree\n", entries, agree);
  dev_t device = about.st_dev;
  stat(".", &about);
  SHOW(about.st_dev == device);
  stat("/dev/null", &about);
  SHOW(about.st_dev != device);
  return 0;
}
