// sync_file_range: what may be hurried to where files are.
#include "results.h"
int main(void) {
  enter_fresh_directory();
  make_file("file", "text");
  int fd = open("file", O_RDWR), ends[2];
  pipe(ends);
  SHOW(sync_file_range(fd, 0, 4, SYNC_FILE_RANGE_WRITE));
  SHOW(sync_file_range(fd, 0, 0, 7));
  SHOW(sync_file_range(fd, 100, 4, 0));
  SHOW(sync_file_range(fd, -1, 4, 0));
  SHOW(sync_file_range(fd, 0, -4, 0));
  SHOW(sync_file_range(fd, LONG_MAX, 4, 0));
  SHOW(sync_file_range(fd, 0, 4, 8));
  SHOW(sync_file_range(open(".", O_RDONLY), 0, 4, 2));
  SHOW(sync_file_range(ends[0], 0, 4, 2));
  SHOW(sync_file_range(open("/dev/null", O_RDONLY), 0, 4, 2));
  SHOW(sync_file_range(99, 0, 4, 2));
  return 0;
}
