// What changes a file's content takes its set-id bits away, unless the superuser does it.
#include "results.h"
static void show_mode(const char* what) {
  struct stat about;
  stat("file", &about);
  printf("%s: %o\n", what, about.st_mode);
}
static void set(int mode) { chmod("file", mode); }
static void user_writes(void) { write(open("file", O_WRONLY), "x", 1); }
static void user_writes_nothing(void) { write(open("file", O_WRONLY), "", 0); }
static void user_truncates(void) { truncate("file", 1); }
static void user_opens(void) { open("file", O_WRONLY); }
static void user_empties(void) { open("file", O_WRONLY | O_TRUNC); }
static void (*const bodies[])(void) = {user_opens, user_writes_nothing, user_writes, user_truncates,
                                       user_empties};
static const char* const names[] = {"open", "write nothing", "write", "truncate",
                                    "open with O_TRUNC"};
int main(void) {
  enter_fresh_directory();
  make_file("file", "text");
  for (int i = 0; i < COUNT_OF(bodies); ++i) {
    set(06777);
    as_user(1000, bodies[i]);
    show_mode(names[i]);
  }
  set(06777);
  bodies[2]();
  show_mode("superuser writes");
  return 0;
}
