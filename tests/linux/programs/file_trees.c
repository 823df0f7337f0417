// nftw, glob and scandir over a small tree.
#include <dirent.h>
#include <glob.h>
#include "results.h"
static int count, depth;
static int visit(const char* path, const struct stat* about, int type, struct FTW* where) {
  ++count, depth = where->level > depth ? where->level : depth;
  return 0;
}
static int no_dots(const struct dirent* entry) { return entry->d_name[0] != '.'; }
int main(void) {
  enter_fresh_directory();
  char name[64];
  for (int i = 0; i < 4; ++i) {
    sprintf(name, "d%d", i), mkdir(name, 0755);
    for (int j = 0; j < 5; ++j) {
      sprintf(name, "d%d/f%d.%s", i, j, j % 2 ? "txt" : "c"), make_file(name, "");
    }
  }
  mkdir("d0/deep", 0755), mkdir("d0/deep/deeper", 0755), symlink("../d1", "d0/link"),
      make_file(".hidden", "");
  nftw(".", visit, 8, FTW_PHYS);
  printf("%d entries, %d deep\n", count, depth);
  count = depth = 0;
  nftw(".", visit, 2, FTW_DEPTH);
  printf("%d entries through links\n", count);
  glob_t found;
  const char* patterns[] = {"d?/*.c", "*", "d[12]/f[!0-2]*", "missing*", "*/deep/*/"};
  for (int i = 0; i < 5; ++i) {
    int result = glob(patterns[i], 0, NULL, &found);
    printf("%s: %d, %zu, %s\n", patterns[i], result, result ? 0 : found.gl_pathc,
           result ? "" : found.gl_pathv[0]);
  }
  struct dirent** entries;
  int number = scandir("d0", &entries, no_dots, alphasort);
  for (int i = 0; i < number; ++i) printf("%s ", entries[i]->d_name);
  puts("");
  return 0;
}
