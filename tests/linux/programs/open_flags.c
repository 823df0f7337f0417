// open: what each flag refuses, and what it does.
#include "results.h"
int main(void) {
  enter_fresh_directory();
  make_file("file", "text");
  mkdir("directory", 0755);
  symlink("file", "link"), symlink("directory", "dirlink"), symlink("missing", "dangling"),
      symlink("made", "making");
  SHOW_OK(open("file", O_RDONLY));
  SHOW_OK(open("file", O_RDONLY | O_DIRECTORY));
  SHOW_OK(open("directory", O_RDONLY | O_DIRECTORY));
  SHOW_OK(open("dirlink", O_RDONLY | O_DIRECTORY));
  SHOW_OK(open("dirlink", O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  SHOW_OK(open("link", O_RDONLY | O_NOFOLLOW));
  SHOW_OK(open("dangling", O_RDONLY));
  SHOW_OK(open("dangling", O_RDONLY | O_CREAT | O_EXCL, 0644));
  SHOW_OK(open("making", O_RDWR | O_CREAT, 0644));
  SHOW_OK(access("made", F_OK));
  SHOW_OK(open("file", O_RDWR | O_CREAT | O_EXCL, 0644));
  SHOW_OK(open("directory", O_WRONLY));
  SHOW_OK(open("directory", O_RDWR));
  SHOW_OK(open("directory", O_RDONLY | O_CREAT, 0644));
  SHOW_OK(open("directory", O_RDONLY | O_TRUNC));
  SHOW_OK(open("file/", O_RDONLY));
  SHOW_OK(open("new/", O_RDWR | O_CREAT, 0644));
  SHOW_OK(open("directory/", O_RDONLY));
  SHOW_OK(open("file/x", O_RDWR | O_CREAT, 0644));
  SHOW_OK(open("missing/x", O_RDWR | O_CREAT, 0644));
  SHOW_OK(open("", O_RDWR | O_CREAT, 0644));
  SHOW_OK(open(BAD_POINTER, O_RDONLY));
  SHOW_OK(open(".", O_RDONLY | O_CREAT | O_EXCL, 0644));
  SHOW_OK(open("..", O_RDWR));
  SHOW_OK(openat(-1, "file", O_RDONLY));
  SHOW_OK(openat(open("file", O_RDONLY), "x", O_RDONLY));
  SHOW_OK(openat(-1, "/tmp", O_RDONLY));
  SHOW_OK(creat("file", 0600));
  show_file("file");
  make_file("file", "again");
  SHOW_OK(open("file", O_RDONLY | O_TRUNC));
  show_file("file");
  int fd = open("zero", O_RDWR | O_CREAT | O_EXCL, 0);
  SHOW(write(fd, "rights count when it is opened", 6));
  return 0;
}
