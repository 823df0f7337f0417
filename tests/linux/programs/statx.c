// statx: flags, masks, and that it agrees with stat.
#include "results.h"
enum { WANT_TYPE = 1, WANT_SIZE = 0x200, WANT_BASIC = 0x7ff };
enum { FORCE_SYNC = 0x2000, SYNC_TYPE = 0x6000 };
struct timestamp {
  int64_t tv_sec;
  uint32_t tv_nsec, unused;
};
struct status {
  uint32_t stx_mask, block_size;
  uint64_t attributes;
  uint32_t stx_nlink, stx_uid, stx_gid;
  uint16_t stx_mode, unused;
  uint64_t stx_ino, stx_size, blocks, attributes_mask;
  struct timestamp stx_atime, stx_btime, stx_ctime, stx_mtime;
  uint32_t stx_rdev_major, stx_rdev_minor, dev_major, dev_minor;
  uint64_t more[14];
};
#define STATX(directory, path, flags, mask) syscall(SYS_statx, directory, path, flags, mask, &about)
int main(void) {
  enter_fresh_directory();
  struct status about;
  struct stat plain;
  make_file("file", "0123456789"), symlink("file", "link"), chown("file", 12, 34);
  utimensat(AT_FDCWD, "file", (struct timespec[2]){{1000, 1}, {2000, 2}}, 0);
  SHOW(STATX(AT_FDCWD, "file", 0, WANT_BASIC));
  stat("file", &plain);
  printf("%o %d:%d size %d links %d\n", about.stx_mode, about.stx_uid, about.stx_gid,
         (int)about.stx_size, about.stx_nlink);
  printf("%ld.%u %ld.%u\n", (long)about.stx_atime.tv_sec, about.stx_atime.tv_nsec,
         (long)about.stx_mtime.tv_sec, about.stx_mtime.tv_nsec);
  SHOW(about.stx_ino == plain.st_ino);
  SHOW((about.stx_mask & WANT_BASIC) == WANT_BASIC);
  SHOW(STATX(AT_FDCWD, "link", AT_SYMLINK_NOFOLLOW, WANT_TYPE));
  SHOW(S_ISLNK(about.stx_mode));
  SHOW(STATX(AT_FDCWD, "link", FORCE_SYNC, WANT_SIZE));
  SHOW((int)about.stx_size);
  SHOW(STATX(AT_FDCWD, "link", SYNC_TYPE, WANT_SIZE));
  SHOW(STATX(AT_FDCWD, "file", 0x1, WANT_SIZE));
  SHOW(STATX(AT_FDCWD, "file", 0, 0x80000000U));
  SHOW(STATX(AT_FDCWD, "file", 0, 0));
  SHOW(STATX(AT_FDCWD, "missing", 0, 0));
  SHOW(STATX(AT_FDCWD, "", 0, 0));
  SHOW(STATX(-1, "", AT_EMPTY_PATH, 0));
  SHOW(STATX(open("file", O_PATH), "", AT_EMPTY_PATH, WANT_BASIC));
  SHOW((int)about.stx_size);
  SHOW(STATX(open("file", O_PATH), "x", 0, 0));
  SHOW(STATX(AT_FDCWD, BAD_POINTER, 0, 0));
  SHOW(syscall(SYS_statx, AT_FDCWD, "file", 0, WANT_SIZE, BAD_POINTER));
  SHOW(STATX(AT_FDCWD, "/dev/null", 0, WANT_TYPE));
  printf("%u:%u\n", about.stx_rdev_major, about.stx_rdev_minor);
  return 0;
}
