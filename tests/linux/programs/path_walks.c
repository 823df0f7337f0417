// How names are walked: dots, doubled slashes, links on the way, files on the way.
#include "results.h"
static void try(const char* path) {
  struct stat about;
  if (stat(path, &about)) {
    printf("%s: %s\n", path, error_name(errno));
  } else {
    printf("%s: %s %ld\n", path, S_ISDIR(about.st_mode) ? "directory" : "file",
           S_ISDIR(about.st_mode) ? 0 : (long)about.st_size);
  }
}
static void user(void) {
  try("closed");
  try("closed/.");
  try("closed/..");
  try("closed/file");
  try("closed/missing");
  try("a/../closed/file");
  try("tolink/file");
}
int main(void) {
  enter_fresh_directory();
  mkdir("a", 0755), mkdir("a/b", 0755), mkdir("closed", 0600), make_file("a/file", "12345"),
      make_file("closed/file", "");
  symlink("a", "la"), symlink("../a/b/..", "a/round"), symlink("la/b", "lb"),
      symlink("a/file", "lf"), symlink("closed", "tolink");
  symlink("missing/x", "broken"), symlink("lf/", "slashed"), symlink("./././la//b", "odd");
  const char* paths[] = {"a/file",
                         "./a/./file",
                         "a//file",
                         "a/b/../file",
                         "la/file",
                         "la/../a/file",
                         "lb/../file",
                         "lf",
                         "lf/",
                         "lf/.",
                         "a/round/file",
                         "a/round/round/round/file",
                         "odd",
                         "odd/..",
                         "odd/../file",
                         "broken",
                         "broken/..",
                         "slashed",
                         "a/file/..",
                         "a/file/.",
                         "missing/..",
                         "",
                         ".",
                         "./",
                         "..//.",
                         "a/b/",
                         "a/b/.",
                         "a/b/c",
                         "a/b/../../a/b/../file",
                         "la/",
                         "la//."};
  for (int i = 0; i < COUNT_OF(paths); ++i) try(paths[i]);
  as_user(1000, user);
  return 0;
}
