// statfs, fsync and their kin, fadvise: errors, and the few answers that are everywhere the same.
#include <sys/statfs.h>
#include "results.h"
int main(void) {
  enter_fresh_directory();
  struct statfs about;
  int fds[2];
  pipe(fds);
  make_file("file", "text");
  int fd = open("file", O_RDONLY);
  SHOW(statfs(".", &about));
  SHOW(about.f_namelen);
  SHOW(about.f_bfree <= about.f_blocks && about.f_bavail <= about.f_bfree);
  SHOW(fstatfs(fd, &about));
  SHOW(statfs("missing", &about));
  SHOW(statfs("file/x", &about));
  SHOW(syscall(SYS_statfs, "file", BAD_POINTER));
  SHOW(syscall(SYS_fstatfs, -1, &about));
  SHOW(fsync(fd));
  SHOW(fdatasync(fd));
  SHOW(fsync(open(".", O_RDONLY)));
  SHOW(fsync(-1));
  SHOW(fsync(fds[0]));
  SHOW(syncfs(fd));
  SHOW(syncfs(-1));
  SHOW(posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL));
  SHOW(posix_fadvise(fd, 0, 100, POSIX_FADV_DONTNEED));
  SHOW(posix_fadvise(fd, 0, 0, 99));
  SHOW(posix_fadvise(fds[0], 0, 0, POSIX_FADV_NORMAL));
  SHOW(posix_fadvise(-1, 0, 0, POSIX_FADV_NORMAL));
  return 0;
}
