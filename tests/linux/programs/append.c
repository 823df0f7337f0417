// O_APPEND: each write goes to the end, whoever else writes; the flag can be set and cleared later.
#include "results.h"
int main(void) {
  enter_fresh_directory();
  int a = open("file", O_WRONLY | O_CREAT | O_APPEND, 0644), b = open("file", O_WRONLY | O_APPEND);
  SHOW(write(a, "one ", 4));
  SHOW(write(b, "two ", 4));
  SHOW(lseek(a, 0, SEEK_SET));
  SHOW(write(a, "three ", 6));
  SHOW(lseek(a, 0, SEEK_CUR));
  SHOW(lseek(b, 0, SEEK_CUR));
  show_file("file");
  SHOW(fcntl(b, F_SETFL, 0));
  SHOW(write(b, "X", 1));
  show_file("file");
  SHOW(fcntl(b, F_SETFL, O_APPEND));
  SHOW((fcntl(b, F_GETFL) & O_APPEND) != 0);
  SHOW(write(b, "four", 4));
  show_file("file");
  ftruncate(a, 0);
  for (int i = 0; i < 4; ++i) {
    if (fork() == 0) {
      int own = open("file", O_WRONLY | O_APPEND);
      for (int j = 0; j < 50; ++j) write(own, "ten bytes!", 10);
      _exit(0);
    }
  }
  while (wait(NULL) > 0) continue;
  SHOW(lseek(a, 0, SEEK_END));
  return 0;
}
