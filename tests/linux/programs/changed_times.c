// Which calls change a file's times of modification and of change, and a directory's.
#include <time.h>
#include "results.h"
static struct stat before;
static int watched;
static void wait_for_tick(void) {
  struct timespec start, now;
  clock_gettime(CLOCK_REALTIME_COARSE, &start);
  do clock_gettime(CLOCK_REALTIME_COARSE, &now);
  while (now.tv_nsec == start.tv_nsec);
}
static void prepare(const char* name) {
  utimensat(AT_FDCWD, name, (struct timespec[2]){{1000, 0}, {1000, 0}}, 0);
  watched = open(name, O_PATH);
  fstat(watched, &before);
  wait_for_tick();
}
static void show_changes(const char* name, const char* what) {
  struct stat after;
  fstat(watched, &after);
  close(watched);
  printf("%s changes %s:%s%s\n", what, name, after.st_mtim.tv_sec != 1000 ? " mtime" : "",
         memcmp(&after.st_ctim, &before.st_ctim, sizeof after.st_ctim) ? " ctime" : "");
}
#define TRY(name, call) (prepare(name), (void)(call), show_changes(name, #call))
int main(void) {
  enter_fresh_directory();
  make_file("file", "text"), mkdir("dir", 0755), make_file("other", "");
  int fd = open("file", O_RDWR);
  char buffer[8];
  TRY("file", read(fd, buffer, 4));
  TRY("file", write(fd, "x", 1));
  TRY("file", write(fd, "", 0));
  TRY("file", ftruncate(fd, 9));
  TRY("file", ftruncate(fd, 9));
  TRY("file", truncate("file", 10));
  TRY("file", chmod("file", 0600));
  TRY("file", chown("file", 1, 1));
  TRY("file", link("file", "second"));
  TRY("file", unlink("second"));
  TRY("file", rename("file", "dir/file"));
  TRY("dir/file", open("dir/file", O_RDWR | O_TRUNC));
  TRY("dir/file", open("dir/file", O_RDWR | O_TRUNC));
  TRY("dir", open("dir/new", O_RDWR | O_CREAT, 0600));
  TRY("dir", open("dir/new", O_RDWR | O_CREAT, 0600));
  TRY("dir", write(open("dir/new", O_WRONLY), "x", 1));
  TRY("dir", unlink("dir/new"));
  TRY("dir", mkdir("dir/sub", 0700));
  TRY("dir", rmdir("dir/sub"));
  TRY("dir", symlink("x", "dir/link"));
  TRY("dir", rename("dir/link", "dir/link2"));
  TRY("dir", rename("other", "dir/other"));
  TRY("dir", rename("dir", "directory"));
  TRY("directory", chmod("directory", 0700));
  TRY("directory/other", rename("directory/file", "directory/other"));
  return 0;
}
