// RLIMIT_FSIZE: SIGXFSZ, or EFBIG.
#include <sys/resource.h>
#include <sys/stat.h>
#include "results.h"

static int file;
static void killed(void) { pwrite(file, "x", 1, 100); }
static void limit(rlim_t bytes) {
  struct rlimit wanted = {bytes, RLIM_INFINITY};
  setrlimit(RLIMIT_FSIZE, &wanted);
}

int main(void) {
  char place[] = "/tmp/limitXXXXXX", text[200] = {0};
  file = mkstemp(place);
  unlink(place);
  limit(100);
  in_child("writer", killed);
  signal(SIGXFSZ, SIG_IGN);
  SHOW(write(file, text, 60));
  SHOW(write(file, text, 60));
  SHOW(write(file, text, 60));
  SHOW(pwrite(file, text, 10, 95));
  SHOW(pwrite(file, text, 10, 200));
  SHOW(ftruncate(file, 101));
  SHOW(ftruncate(file, 100));
  SHOW(fallocate(file, 0, 0, 200));
  struct stat status;
  fstat(file, &status);
  printf("%ld\n", (long)status.st_size);
  int ends[2];
  pipe(ends);
  SHOW(write(ends[1], text, 200));
  limit(RLIM_INFINITY);
  SHOW(pwrite(file, text, 10, 200));
}
