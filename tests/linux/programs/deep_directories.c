// Forty directories in each other: going down and up, and names through all of them.
#include "results.h"
int main(void) {
  enter_fresh_directory();
  char path[4096] = "", place[4096];
  for (int i = 0; i < 40; ++i) {
    if (mkdir("level", 0755) || chdir("level")) return 1;
    strcat(path, "level/");
  }
  make_file("bottom", "deep");
  SHOW(strlen(getcwd(place, sizeof place)) - strlen(fresh_directory));
  int up = 0;
  struct stat here, top;
  stat(fresh_directory, &top);
  for (stat(".", &here); here.st_ino != top.st_ino; stat(".", &here), ++up) chdir("..");
  SHOW(up);
  strcat(path, "bottom");
  SHOW(access(path, F_OK));
  int fd = open(path, O_PATH);
  char up_again[400] = "level";
  for (int i = 0; i < 40; ++i) strcat(up_again, i % 2 ? "/level" : "/..");
  SHOW(stat(up_again, &here));
  SHOW(S_ISDIR(here.st_mode));
  SHOW(rename("level/level", "shorter"));
  SHOW(access("shorter/level/level", F_OK));
  SHOW(rmdir("level"));
  SHOW(rmdir("shorter"));
  SHOW(fstat(fd, &here));
  SHOW(here.st_size);
  return 0;
}
