// utimensat: times that are given, left alone, or now; and who may set which.
#include <sys/time.h>
#include <utime.h>
#include "results.h"
static void show_times(const char* name) {
  struct stat about;
  if (lstat(name, &about)) return;
  printf("%s %ld.%09ld %ld.%09ld\n", name, (long)about.st_atim.tv_sec, about.st_atim.tv_nsec,
         (long)about.st_mtim.tv_sec, about.st_mtim.tv_nsec);
}
static long set(const char* name, long as, long an, long ms, long mn, int flags) {
  return syscall(SYS_utimensat, AT_FDCWD, name, (struct timespec[2]){{as, an}, {ms, mn}}, flags);
}
static void user(void) {
  SHOW(utimensat(AT_FDCWD, "file", NULL, 0));
  SHOW(set("file", 0, UTIME_NOW, 0, UTIME_NOW, 0));
  SHOW(set("file", 0, UTIME_NOW, 0, UTIME_OMIT, 0));
  SHOW(set("file", 1, 1, 1, 1, 0));
  SHOW(set("file", 0, UTIME_OMIT, 0, UTIME_OMIT, 0));
  SHOW(utimensat(AT_FDCWD, "readonly", NULL, 0));
  SHOW(set("readonly", 1, 1, 1, 1, 0));
}
int main(void) {
  enter_fresh_directory();
  make_file("file", ""), make_file("readonly", ""), symlink("file", "link"), chmod("file", 0666);
  SHOW(set("file", 1000, 123456789, 2000, 987654321, 0));
  show_times("file");
  SHOW(set("file", 5, UTIME_OMIT, 3000, 0, 0));
  show_times("file");
  SHOW(set("link", 7, 7, 8, 8, AT_SYMLINK_NOFOLLOW));
  show_times("link");
  SHOW(set("link", 9, 9, 10, 10, 0));
  show_times("file");
  SHOW(set("file", 0, UTIME_OMIT, 0, UTIME_OMIT, 0));
  SHOW(set("missing", 0, UTIME_OMIT, 0, UTIME_OMIT, 0));
  SHOW(set("file", 0, 1000000000, 0, 0, 0));
  SHOW(set("file", 0, 0, 0, -1, 0));
  SHOW(set("file", 0, 0, 0, 0, 0x40));
  SHOW(set("missing", 0, 0, 0, 0, 0));
  SHOW(set(NULL, 0, 0, 0, 0, 0));
  SHOW(syscall(SYS_utimensat, AT_FDCWD, "file", BAD_POINTER, 0));
  SHOW(syscall(SYS_utimensat, -1, NULL, NULL, 0));
  SHOW(futimens(open("file", O_RDONLY), (struct timespec[2]){{11, 12}, {13, 14}}));
  show_times("file");
  SHOW(utimes("file", (struct timeval[2]){{15, 16}, {17, 18}}));
  show_times("file");
  SHOW(utimes("file", (struct timeval[2]){{0, 1000000}, {0, 0}}));
  SHOW(utime("file", &(struct utimbuf){19, 20}));
  show_times("file");
  as_user(1000, user);
  return 0;
}
