// getdents64 as the kernel gives it: sizes, types, the end, and starting again.
#include <dirent.h>
#include "results.h"
struct entry {
  uint64_t inode;
  int64_t next;
  uint16_t size;
  uint8_t type;
  char name[];
};
static char buffer[4096];
static int by_text(const void* a, const void* b) { return strcmp(a, b); }
static int list(int fd, size_t size) {
  static char lines[100][300];
  int count = 0;
  long got;
  while ((got = syscall(SYS_getdents64, fd, buffer, size)) > 0) {
    for (struct entry* e = (void*)buffer; (char*)e < buffer + got;
         e = (void*)((char*)e + e->size)) {
      if (e->size % 8 || e->size < 19 + strlen(e->name) + 1 || !e->inode) puts("odd entry");
      snprintf(lines[count++], sizeof *lines, "%s %d", e->name, e->type);
    }
  }
  qsort(lines, count, sizeof *lines, by_text);
  for (int i = 0; i < count && count < 20; ++i) puts(lines[i]);
  return got < 0 ? -1 : count;
}
int main(void) {
  enter_fresh_directory();
  make_file("file", ""), mkdir("dir", 0755), symlink("x", "link"), mkfifo("fifo", 0600);
  int fd = open(".", O_RDONLY | O_DIRECTORY);
  SHOW(list(fd, sizeof buffer));
  SHOW(list(fd, sizeof buffer));
  SHOW(lseek(fd, 0, SEEK_SET));
  SHOW(list(fd, 32));
  lseek(fd, 0, SEEK_SET);
  SHOW(syscall(SYS_getdents64, fd, buffer, 8));
  SHOW(syscall(SYS_getdents64, fd, buffer, 0));
  SHOW(syscall(SYS_getdents64, fd, BAD_POINTER, 4096));
  SHOW(syscall(SYS_getdents64, -1, buffer, 4096));
  SHOW(syscall(SYS_getdents64, open("file", O_RDONLY), buffer, 4096));
  chdir("dir");
  for (int i = 0; i < 90; ++i) {
    char name[200];
    memset(name, 'a' + i % 26, sizeof name), snprintf(name + 150, 20, "%d", i);
    make_file(name, "");
  }
  fd = open(".", O_RDONLY | O_DIRECTORY);
  SHOW(list(fd, 500));
  SHOW(lseek(fd, 0, SEEK_SET));
  SHOW(list(fd, 4096));
  chdir(".."), mkdir("gone", 0755);
  fd = open("gone", O_RDONLY | O_DIRECTORY), rmdir("gone");
  SHOW(list(fd, 4096));
  return 0;
}
