// Names that end in a slash, in "." or in "..".
#include "results.h"
int main(void) {
  enter_fresh_directory();
  struct stat about;
  make_file("file", "text");
  mkdir("dir", 0755), symlink("dir", "dirlink"), symlink("file", "filelink"),
      symlink("nothing", "dangling");
  SHOW(mkdir("new/", 0755));
  SHOW(mkdir("new2//", 0755));
  SHOW(mkdir(".", 0755));
  SHOW(mkdir("dir/..", 0755));
  SHOW(mkdir("dangling", 0755));
  SHOW(mkdir("dangling/", 0755));
  SHOW(stat("file/", &about));
  SHOW(stat("dir///", &about));
  SHOW(lstat("dirlink", &about));
  printf("link %d\n", S_ISLNK(about.st_mode));
  SHOW(lstat("dirlink/", &about));
  printf("directory %d\n", S_ISDIR(about.st_mode));
  SHOW(lstat("filelink/", &about));
  SHOW(unlink("file/"));
  SHOW(unlink("dir/"));
  SHOW(unlink("missing/"));
  SHOW(unlink("dirlink/"));
  SHOW(rmdir("dirlink"));
  SHOW(rmdir("dirlink/"));
  SHOW(rmdir("file/"));
  SHOW(rmdir("."));
  SHOW(rmdir("dir/."));
  SHOW(rmdir("dir/.."));
  SHOW(rmdir("/"));
  SHOW(rmdir("new/"));
  SHOW(rename("file", "file2/"));
  SHOW(rename("file/", "file2"));
  SHOW(rename("dir/", "dir2/"));
  SHOW(rename("dir2", "dir"));
  SHOW(rename(".", "x"));
  SHOW(rename("dir/..", "x"));
  SHOW(rename("dir", "."));
  SHOW(rename("dirlink/", "x"));
  SHOW(link("file/", "y"));
  SHOW(link("file", "y/"));
  SHOW(symlink("target", "z/"));
  SHOW(mknod("fifo/", S_IFIFO | 0600, 0));
  SHOW(readlink("dirlink/", (char[8]){0}, 8));
  SHOW(chmod("file/", 0600));
  return 0;
}
