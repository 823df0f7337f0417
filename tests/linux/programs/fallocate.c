// fallocate: growing, holes, zeros.
#include <sys/stat.h>
#include "results.h"

static int file;
static void tell(void) {
  struct stat status;
  fstat(file, &status);
  char c[2] = {'?', '?'};
  pread(file, &c[0], 1, 0);
  pread(file, &c[1], 1, 4096);
  printf("size %ld, %d %d\n", (long)status.st_size, c[0], c[1]);
}

int main(void) {
  file = memfd_create("x", 0);
  char page[8192];
  memset(page, 'a', sizeof page);
  write(file, page, sizeof page);
  SHOW(fallocate(file, 0, 0, 10000));
  tell();
  SHOW(fallocate(file, FALLOC_FL_KEEP_SIZE, 0, 20000));
  tell();
  SHOW(fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096));
  tell();
  SHOW(fallocate(file, FALLOC_FL_PUNCH_HOLE, 0, 4096));
  SHOW(fallocate(file, 0, -1, 10));
  SHOW(fallocate(file, 0, 0, 0));
  SHOW(fallocate(file, 0, 0, -1));
  SHOW(fallocate(file, 0x100, 0, 10));
  SHOW(fallocate(99, 0, 0, 10));
  int ends[2];
  pipe(ends);
  SHOW(fallocate(ends[1], 0, 0, 10));
  SHOW(fallocate(ends[0], 0, 0, 10));
  SHOW(posix_fallocate(file, 0, 30000));
  tell();
}
