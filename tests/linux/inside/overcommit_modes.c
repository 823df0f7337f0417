// What /proc/sys/vm/overcommit_memory changes. Runs here alone: on a real system it would change
// that for everybody.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

static int failed;

static int set(const char* name, const char* value) {
  char path[64];
  snprintf(path, sizeof path, "/proc/sys/vm/%s", name);
  const int file = open(path, O_WRONLY);
  const int written = write(file, value, strlen(value)) == (ssize_t)strlen(value);
  close(file);
  return written;
}

static int can_map(size_t size, int flags) {
  void* at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
  if (at == MAP_FAILED) return 0;
  munmap(at, size);
  return 1;
}

static void expect(int condition, const char* what) {
  if (condition) return;
  printf("not so: %s\n", what);
  failed = 1;
}

static int can_fork(void) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  return child > 0 && waitpid(child, NULL, 0) == child;
}

int main(void) {
  struct sysinfo info;
  sysinfo(&info);
  const size_t all = info.totalram * info.mem_unit, absurd = 2 * all;
  expect(!can_map(absurd, 0), "mode 0 refuses more than there is");
  expect(can_map(absurd, MAP_NORESERVE), "unless it is not to be reserved");
  expect(!set("overcommit_memory", "3"), "there is no mode 3");
  expect(set("overcommit_memory", "1"), "mode 1 can be set");
  expect(can_map(absurd, 0), "mode 1 refuses nothing");
  expect(set("overcommit_memory", "2") && set("overcommit_ratio", "50"), "mode 2 can be set");
  expect(!can_map(all * 3 / 4, 0), "mode 2 refuses more than half of what there is");
  expect(!can_map(all * 3 / 4, MAP_NORESERVE), "however it is asked for");
  expect(can_map(all / 4, 0), "a quarter is there");
  const size_t third = all / 3;
  char* held = mmap(NULL, third, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  expect(held != MAP_FAILED, "a third is there");
  expect(!can_map(third, 0), "but not twice");
  expect(!can_fork(), "nor for a child that has the same");
  munmap(held, third);
  expect(can_fork(), "a small child");
  expect(set("overcommit_memory", "0"), "mode 0 can be set again");
  if (failed) return 1;
  puts("done");
  return 0;
}
