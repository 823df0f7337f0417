// openat2: what each RESOLVE flag refuses, and how its argument may grow.
#include "results.h"
enum {
  RESOLVE_NO_XDEV = 1,
  RESOLVE_NO_MAGICLINKS = 2,
  RESOLVE_NO_SYMLINKS = 4,
  RESOLVE_BENEATH = 8,
  RESOLVE_IN_ROOT = 16
};
struct open_how {
  uint64_t flags, mode, resolve;
};
static long open2(int directory, const char* path, uint64_t flags, uint64_t mode,
                  uint64_t resolve) {
  struct open_how how = {flags, mode, resolve};
  return syscall(SYS_openat2, directory, path, &how, sizeof how);
}
int main(void) {
  enter_fresh_directory();
  mkdir("top", 0755), mkdir("top/sub", 0755), make_file("top/file", "text"),
      make_file("outside", "text");
  symlink("file", "top/link"), symlink("../outside", "top/escape"),
      symlink("/outside", "top/absolute");
  symlink("sub", "top/dirlink"), make_file("top/sub/deep", "text");
  int top = open("top", O_PATH);
  SHOW_OK(open2(top, "file", O_RDONLY, 0, 0));
  SHOW_OK(open2(top, "link", O_RDONLY, 0, RESOLVE_NO_SYMLINKS));
  SHOW_OK(open2(top, "dirlink/deep", O_RDONLY, 0, RESOLVE_NO_SYMLINKS));
  SHOW_OK(open2(top, "sub/deep", O_RDONLY, 0, RESOLVE_NO_SYMLINKS));
  SHOW_OK(open2(top, "link", O_PATH | O_NOFOLLOW, 0, RESOLVE_NO_SYMLINKS));
  SHOW_OK(open2(top, "link", O_RDONLY, 0, RESOLVE_BENEATH));
  SHOW_OK(open2(top, "escape", O_RDONLY, 0, 0));
  SHOW_OK(open2(top, "escape", O_RDONLY, 0, RESOLVE_BENEATH));
  SHOW_OK(open2(top, "absolute", O_RDONLY, 0, RESOLVE_BENEATH));
  SHOW_OK(open2(top, "../outside", O_RDONLY, 0, RESOLVE_BENEATH));
  SHOW_OK(open2(top, "sub/../file", O_RDONLY, 0, RESOLVE_BENEATH));
  SHOW_OK(open2(top, "/etc", O_RDONLY, 0, RESOLVE_BENEATH));
  SHOW_OK(open2(top, "/file", O_RDONLY, 0, RESOLVE_IN_ROOT));
  SHOW_OK(open2(top, "../../file", O_RDONLY, 0, RESOLVE_IN_ROOT));
  SHOW_OK(open2(top, "absolute", O_RDONLY, 0, RESOLVE_IN_ROOT));
  SHOW_OK(open2(top, "file", O_RDONLY, 0, RESOLVE_BENEATH | RESOLVE_IN_ROOT));
  SHOW_OK(open2(top, "file", O_RDONLY, 0, RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS));
  SHOW_OK(open2(top, "file", O_RDONLY, 0, 1 << 20));
  SHOW_OK(open2(top, "file", O_RDONLY, 0600, 0));
  SHOW_OK(open2(top, "new", O_RDWR | O_CREAT, 0600, 0));
  SHOW_OK(open2(top, "new", O_RDWR | O_CREAT, 0200000, 0));
  SHOW_OK(open2(top, "file", 1UL << 40, 0, 0));
  SHOW_OK(open2(top, "missing", O_RDONLY, 0, RESOLVE_BENEATH));
  char space[4096] = {0};
  SHOW_OK(syscall(SYS_openat2, top, "file", space, 23L));
  SHOW_OK(syscall(SYS_openat2, top, "file", space, 32L));
  SHOW_OK(syscall(SYS_openat2, top, "file", space, 4097L));
  space[24] = 1;
  SHOW_OK(syscall(SYS_openat2, top, "file", space, 32L));
  SHOW_OK(syscall(SYS_openat2, top, "file", BAD_POINTER, 24L));
  return 0;
}
