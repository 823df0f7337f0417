// What the rights of files and directories allow a user, an owner and a member of the group.
#include "results.h"
static void tries(void) {
  SHOW_OK(open("file", O_RDONLY));
  SHOW_OK(open("file", O_WRONLY));
  SHOW_OK(open("file", O_RDONLY | O_TRUNC));
  SHOW_OK(open("dir", O_RDONLY));
  SHOW_OK(open("dir/inner", O_RDONLY));
  SHOW_OK(open("dir/new", O_RDWR | O_CREAT, 0600));
  SHOW_OK(chdir("dir"));
}
static void set_rights(int file, int directory) {
  printf("rights %o %o\n", file, directory);
  chmod("file", file), chmod("dir", directory);
}
int main(void) {
  enter_fresh_directory();
  make_file("file", "text"), mkdir("dir", 0755), make_file("dir/inner", "text");
  chown("file", 1000, 2000), chown("dir", 1000, 2000);
  set_rights(0440, 0500);
  as_user(1000, tries);
  set_rights(0064, 0065);  // The group's and the others' rights do not help the owner.
  as_user(1000, tries);
  as_user(2000, tries);
  set_rights(0407, 0403);
  as_user(2000, tries);
  as_user(3000, tries);
  set_rights(0, 0);
  in_child("root", tries);
  return 0;
}
