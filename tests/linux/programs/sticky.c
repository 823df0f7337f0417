// In a sticky directory only the owner of a file or of the directory takes it away.
#include "results.h"
static void other(void) {
  SHOW(unlink("sticky/a"));
  SHOW(rename("sticky/a", "sticky/x"));
  SHOW(rename("sticky/a", "open/x"));
  SHOW(rmdir("sticky/dir"));
  SHOW(rename("open/mine", "sticky/a"));
  SHOW(link("open/mine", "sticky/new"));
  SHOW(unlink("sticky/new"));
}
static void owner_of_file(void) {
  SHOW(rename("sticky/a", "sticky/b"));
  SHOW(unlink("sticky/b"));
  SHOW(rmdir("sticky/dir"));
}
static void owner_of_directory(void) {
  SHOW(unlink("sticky/c"));
  SHOW(rmdir("sticky/dir"));
}
int main(void) {
  enter_fresh_directory();
  mkdir("sticky", 0777), chmod("sticky", 01777), chown("sticky", 4000, 0), mkdir("open", 0777),
      chmod("open", 0777);
  make_file("sticky/a", ""), chown("sticky/a", 1000, 1000), make_file("sticky/c", "");
  mkdir("sticky/dir", 0777), make_file("open/mine", ""), chown("open/mine", 3000, 3000);
  as_user(3000, other);
  as_user(1000, owner_of_file);
  as_user(4000, owner_of_directory);
  return 0;
}
