// Files that come and go.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

enum { kNameBytes = 200 };
static void name_of(char* name, long number) {
  snprintf(name, kNameBytes, "%s/file%ld", work_directory, number);
}

// Creates files of that size, then deletes them; one operation is one file.
static bool create_delete(struct run* run, size_t size) {
  static char contents[10240];
  char name[kNameBytes];
  begin(run);
  for (long i = 0; i < run->count; ++i) {
    name_of(name, i);
    const int fd = open(name, O_CREAT | O_EXCL | O_WRONLY, 0600);
    if (fd < 0 || write(fd, contents, size) != (ssize_t)size) return false;
    close(fd);
  }
  for (long i = 0; i < run->count; ++i) {
    name_of(name, i);
    if (unlink(name) != 0) return false;
  }
  end(run);
  return true;
}
static bool create_delete_0k(struct run* run) { return create_delete(run, 0); }
static bool create_delete_10k(struct run* run) { return create_delete(run, 10240); }

static bool read_64k(struct run* run) {
  static char contents[65536];
  char name[kNameBytes];
  name_of(name, 0);
  const int fd = open(name, O_CREAT | O_RDWR | O_TRUNC, 0600);
  if (fd < 0 || write(fd, contents, sizeof contents) != (ssize_t)sizeof contents) return false;
  begin(run);
  for (long i = 0; i < run->count; ++i) {
    if (pread(fd, contents, sizeof contents, 0) != (ssize_t)sizeof contents) return false;
  }
  end(run);
  close(fd);
  unlink(name);
  return true;
}

const struct measurement file_measurements[] = {
    {"create_delete_0k", create_delete_0k, 1000},
    {"create_delete_10k", create_delete_10k, 500},
    {"read_64k", read_64k, 2000},
    {},
};
