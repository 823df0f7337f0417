// Memory that is mapped, touched and given back.
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
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

// --- What the machine has less of while so many are blocked, each.

enum { kStackBytes = 32768 };
static int started[2], blocked[2];

static void block(void) {
  char byte = 0;
  if (write(started[1], &byte, 1) == 1) (void)!read(blocked[0], &byte, 1);
}
static void* block_thread(void* argument) {
  block();
  return argument;
}

static unsigned long free_memory(void) {
  struct sysinfo info;
  sysinfo(&info);
  return info.freeram * info.mem_unit;
}

static bool wait_until_blocked(long count) {
  char byte;
  for (long i = 0; i < count; ++i) {
    if (read(started[0], &byte, 1) != 1) return false;
  }
  // The last one still has to get from its first call to its second.
  for (int i = 0; i < 100; ++i) sched_yield();
  return true;
}

// Their stacks are there before.
static bool thread_bytes(struct run* run) {
  char* stacks = map_anonymous(run->count * kStackBytes);
  if (stacks == NULL || pipe(started) != 0 || pipe(blocked) != 0) return false;
  for (long i = 0; i < run->count * kStackBytes; i += kPage) stacks[i] = 1;
  const unsigned long before = free_memory();
  for (long i = 0; i < run->count; ++i) {
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setstack(&attributes, stacks + i * kStackBytes, kStackBytes);
    if (pthread_create(&thread, &attributes, block_thread, NULL) != 0) return false;
  }
  if (!wait_until_blocked(run->count)) return false;
  run->bytes = (double)(before - free_memory()) / run->count;
  return true;
}

// The pages that a child has of its own, in bytes.
static long own_bytes(int child) {
  char name[64], line[128];
  snprintf(name, sizeof name, "/proc/%d/smaps_rollup", child);
  FILE* file = fopen(name, "r");
  long kilobytes = -1;
  while (file != NULL && fgets(line, sizeof line, file) != NULL)
    sscanf(line, "Private_Dirty: %ld kB", &kilobytes);
  if (file != NULL) fclose(file);
  return kilobytes < 0 ? -1 : kilobytes * 1024;
}

// What the kernel needs for a child beyond the pages that it has of its own.
static bool process_bytes(struct run* run) {
  static int children[256];
  if (pipe(started) != 0 || pipe(blocked) != 0) return false;
  const unsigned long before = free_memory();
  for (long i = 0; i < run->count; ++i) {
    children[i] = fork();
    if (children[i] < 0) return false;
    if (children[i] == 0) {
      block();
      _exit(0);
    }
  }
  if (!wait_until_blocked(run->count)) return false;
  long bytes = (long)(before - free_memory());
  for (long i = 0; i < run->count; ++i) {
    const long own = own_bytes(children[i]);
    if (own < 0) return false;
    bytes -= own;
  }
  run->bytes = (double)bytes / run->count;
  for (long i = 0; i < run->count; ++i) kill(children[i], SIGKILL);
  for (long i = 0; i < run->count; ++i) waitpid(children[i], NULL, 0);
  return true;
}

const struct measurement memory_measurements[] = {
    {"page_fault", page_fault, kFaultPages},
    {"map_unmap", map_unmap, 5000},
    {"map_file", map_file, 50},
    {"map_touch_unmap", map_touch_unmap, 20},
    {"thread_bytes", thread_bytes, 256},
    {"process_bytes", process_bytes, 64},
    {},
};
