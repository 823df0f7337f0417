// Links that lead to links: forty are followed, more are a loop.
#include "results.h"
int main(void) {
  enter_fresh_directory();
  char from[16], to[16];
  struct stat about;
  make_file("s0", "end");
  for (int i = 1; i <= 41; ++i) {
    snprintf(from, sizeof from, "s%d", i), snprintf(to, sizeof to, "s%d", i - 1);
    symlink(to, from);
  }
  SHOW(stat("s40", &about));
  SHOW(stat("s41", &about));
  SHOW(lstat("s41", &about));
  symlink("self", "self"), symlink("b", "a"), symlink("a", "b");
  SHOW(stat("self", &about));
  SHOW_OK(open("a", O_RDONLY));
  SHOW_OK(open("a", O_RDONLY | O_CREAT, 0644));
  SHOW_OK(open("a", O_PATH | O_NOFOLLOW));
  SHOW(chdir("self"));
  SHOW(access("self/x", F_OK));
  SHOW(mkdir("self", 0755));
  SHOW(mkdir("self/x", 0755));
  SHOW(chmod("self", 0644));
  SHOW(truncate("self", 0));
  SHOW(rename("self", "other"));
  SHOW(unlink("other"));
  symlink(".", "here");
  char path[200] = "";
  for (int i = 0; i < 20; ++i) strcat(path, "here/");
  SHOW(stat(path, &about));
  for (int i = 0; i < 19; ++i) strcat(path, "here/");
  strcat(path, "s1");
  SHOW(stat(path, &about));
  strcpy(path + strlen(path) - 2, "s2");
  SHOW(stat(path, &about));
  return 0;
}
