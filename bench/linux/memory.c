// Memory that is mapped, touched and given back.
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench.h"

enum { kPage = 4096, kFaultPages = 4096, kFilePages = 256, kSmallPages = 16 };

static char* map_anonymous(size_t bytes) {
  char* at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return NULL;
  madvise(at, bytes, MADV_NOHUGEPAGE);
  return at;
}

// One operation is one page.
static bool page_fault(struct run* run) {
  volatile char* at = map_anonymous(run->count * kPage);
  if (at == NULL) return false;
  begin(run);
  for (long i = 0; i < run->count; ++i) at[i * kPage] = 1;
  end(run);
  munmap((void*)at, run->count * kPage);
  return true;
}

static int make_file(void) {
  static char page[kPage];
  char name[200];
  snprintf(name, sizeof name, "%s/mapped", work_directory);
  const int fd = open(name, O_CREAT | O_RDWR | O_TRUNC, 0600);
  for (int i = 0; i < kFilePages; ++i) {
    if (fd < 0 || write(fd, page, kPage) != kPage) return -1;
  }
  unlink(name);
  return fd;
}

// One operation maps a file of a mebibyte, reads a byte of each page, and unmaps it.
static bool map_file(struct run* run) {
  const int fd = make_file();
  if (fd < 0) return false;
  volatile char sum = 0;
  begin(run);
  for (long i = 0; i < run->count; ++i) {
    char* at = mmap(NULL, kFilePages * kPage, PROT_READ, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED) return false;
    for (int page = 0; page < kFilePages; ++page) sum += at[page * kPage];
    munmap(at, kFilePages * kPage);
  }
  end(run);
  close(fd);
  return true;
}

static bool map_unmap(struct run* run) {
  begin(run);
  for (long i = 0; i < run->count; ++i) {
    char* at =
        mmap(NULL, kSmallPages * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) return false;
    munmap(at, kSmallPages * kPage);
  }
  end(run);
  return true;
}

static bool map_touch_unmap(struct run* run) {
  begin(run);
  for (long i = 0; i < run->count; ++i) {
    char* at = map_anonymous(kFilePages * kPage);
    if (at == NULL) return false;
    for (int page = 0; page < kFilePages; ++page) at[page * kPage] = 1;
    munmap(at, kFilePages * kPage);
  }
  end(run);
  return true;
}

const struct measurement memory_measurements[] = {
    {"page_fault", page_fault, kFaultPages},
    {"map_unmap", map_unmap, 5000},
    {"map_file", map_file, 50},
    {"map_touch_unmap", map_touch_unmap, 20},
    {},
};
