// Extended attributes: names, sizes, flags, rights.
#include <sys/xattr.h>
#include "results.h"
static void user(void) {
  char value[16];
  SHOW(setxattr("file", "user.other", "x", 1, 0));
  SHOW(getxattr("file", "user.name", value, 16));
  SHOW(setxattr("file", "trusted.name", "x", 1, 0));
  SHOW(getxattr("file", "trusted.name", value, 16));
  SHOW(listxattr("file", value, 16));
}
int main(void) {
  enter_fresh_directory();
  char value[16] = {0}, name[300] = "user.";
  make_file("file", ""), symlink("file", "link"), mkfifo("fifo", 0666);
  SHOW(setxattr("file", "user.name", "value", 5, XATTR_REPLACE));
  SHOW(setxattr("file", "user.name", "value", 5, XATTR_CREATE));
  SHOW(setxattr("file", "user.name", "other", 5, XATTR_CREATE));
  SHOW(setxattr("link", "user.name", "longer", 6, XATTR_REPLACE));
  SHOW(getxattr("file", "user.name", value, 16));
  puts(value);
  SHOW(getxattr("file", "user.name", value, 0));
  SHOW(getxattr("file", "user.name", value, 3));
  SHOW(getxattr("file", "user.missing", value, 3));
  SHOW(getxattr("file", "user.name", BAD_POINTER, 16));
  SHOW(getxattr("missing", "user.name", value, 16));
  SHOW(setxattr("file", "user.name", "x", 1, 4));
  SHOW(setxattr("file", "user.name", BAD_POINTER, 1, 0));
  SHOW(setxattr("file", BAD_POINTER, "x", 1, 0));
  SHOW(setxattr("file", "user.", "x", 1, 0));
  SHOW(setxattr("file", "", "x", 1, 0));
  SHOW(setxattr("file", "odd.name", "x", 1, 0));
  SHOW(setxattr("file", "plain", "x", 1, 0));
  SHOW(setxattr("file", "user.big", value, 65537, 0));
  memset(name + 5, 'n', 251);
  SHOW(setxattr("file", name, "x", 1, 0));
  name[255] = 0;
  SHOW(setxattr("file", name, "x", 1, 0));
  SHOW(removexattr("file", name));
  SHOW(removexattr("file", name));
  SHOW(lsetxattr("link", "user.name", "x", 1, 0));
  SHOW(setxattr("fifo", "user.name", "x", 1, 0));
  SHOW(lsetxattr("link", "trusted.name", "x", 1, 0));
  SHOW(listxattr("file", value, 0));
  SHOW(listxattr("file", value, 3));
  SHOW(listxattr("file", value, 16));
  SHOW(fsetxattr(-1, "user.x", "x", 1, 0));
  SHOW(fgetxattr(open("file", O_RDONLY), "user.name", value, 16));
  SHOW(fgetxattr(open("file", O_PATH), "user.name", value, 16));
  SHOW(setxattr("file", "user.empty", NULL, 0, 0));
  SHOW(getxattr("file", "user.empty", value, 16));
  SHOW(removexattr("file", "user.empty"));
  setxattr("file", "trusted.name", "x", 1, 0);
  as_user(1000, user);
  return 0;
}
