// O_SYNC, O_DSYNC, O_NOATIME, O_NOCTTY, O_CLOEXEC, access mode 3, and rights at the time of
// opening.
#include "results.h"
static void user(void) {
  SHOW_OK(open("file", O_RDONLY | O_NOATIME));
  SHOW_OK(open("mine", O_RDONLY | O_NOATIME));
  int fd = open("changing", O_RDWR);
  SHOW(chmod("changing", 0));
  SHOW(write(fd, "still", 5));
  SHOW_OK(open("changing", O_RDONLY));
  fd = open("new", O_RDWR | O_CREAT, 0);
  SHOW(write(fd, "new", 3));
  SHOW(pread(fd, (char[4]){0}, 3, 0));
  SHOW_OK(open("new", O_RDONLY));
}
int main(void) {
  enter_fresh_directory();
  make_file("file", "text"), make_file("mine", ""), make_file("changing", "");
  chown("mine", 1000, 1000), chown("changing", 1000, 1000);
  int fd = open("file", O_RDWR | O_SYNC | O_NOCTTY | O_CLOEXEC);
  SHOW((fcntl(fd, F_GETFL) & O_SYNC) == O_SYNC);
  SHOW(fcntl(fd, F_GETFD));
  SHOW(write(fd, "synchronous", 11));
  fd = open("file", O_WRONLY | O_DSYNC);
  SHOW((fcntl(fd, F_GETFL) & O_SYNC) == O_DSYNC);
  fd = open("file", O_RDONLY | O_NOATIME);
  SHOW((fcntl(fd, F_GETFL) & O_NOATIME) != 0);
  fd = open("file", O_ACCMODE);
  SHOW(fd >= 0);
  SHOW(read(fd, (char[4]){0}, 4));
  SHOW(write(fd, "x", 1));
  as_user(1000, user);
  return 0;
}
