// rename: what may replace what.
#include "results.h"
int main(void) {
  enter_fresh_directory();
  make_file("file", "file"), make_file("other", "other");
  mkdir("empty", 0755), mkdir("full", 0755), mkdir("full/sub", 0755),
      make_file("full/file", "inner");
  symlink("full", "link");
  SHOW(rename("file", "empty"));
  SHOW(rename("empty", "file"));
  SHOW(rename("empty", "full"));
  SHOW(rename("full", "full/sub/deep"));
  SHOW(rename("full", "full/sub"));
  SHOW(rename("full/sub", "full"));
  SHOW(rename("full", "full"));
  SHOW(rename("missing", "x"));
  SHOW(rename("file", "missing/x"));
  SHOW(rename("file", "file/x"));
  SHOW(rename("file/x", "y"));
  SHOW(rename("", "y"));
  SHOW(rename("file", ""));
  SHOW(rename(BAD_POINTER, "y"));
  SHOW(rename("file", BAD_POINTER));
  SHOW(rename("file", "/dev/moved"));
  SHOW(rename("/", "root"));
  SHOW(rename("file", "other"));
  show_file("other");
  SHOW(access("file", F_OK));
  SHOW(link("other", "same"));
  SHOW(rename("other", "same"));
  SHOW(access("other", F_OK));
  SHOW(rename("full", "empty"));
  show_file("empty/file");
  show_file("link/file");
  SHOW(rename("link", "empty/link"));
  SHOW(rename("same", "empty/link"));
  show_file("empty/link");
  int fd = open("empty/file", O_RDONLY);
  SHOW(rename("empty/link", "empty/file"));
  char buffer[16] = {0};
  SHOW(read(fd, buffer, 16));
  puts(buffer);
  return 0;
}
