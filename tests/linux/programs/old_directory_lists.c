// getdents, as programs of long ago list directories: the type is the last byte of an entry.
#include "results.h"
#ifdef SYS_getdents
struct entry {
  unsigned long number;
  long next;
  unsigned short length;
  char name[];
};
static char buffer[2048];
static int by_name(const void* a, const void* b) { return strcmp(*(char**)a, *(char**)b); }
int main(void) {
  enter_fresh_directory();
  make_file("file", "");
  mkdir("directory", 0755);
  symlink("file", "link");
  make_file("a_name_that_is_rather_long", "");
  int fd = open(".", O_RDONLY);
  const long got = syscall(SYS_getdents, fd, buffer, sizeof buffer);
  char* lines[16];
  int count = 0;
  for (long at = 0; at < got;) {
    struct entry* one = (struct entry*)(buffer + at);
    lines[count] = malloc(64);
    snprintf(lines[count++], 64, "%s type %d, %d bytes", one->name, buffer[at + one->length - 1],
             one->length);
    at += one->length;
  }
  qsort(lines, count, sizeof *lines, by_name);
  for (int i = 0; i < count; ++i) puts(lines[i]);
  SHOW(syscall(SYS_getdents, fd, buffer, sizeof buffer));
  lseek(fd, 0, SEEK_SET);
  SHOW(syscall(SYS_getdents, fd, buffer, 8));
  SHOW(syscall(SYS_getdents, fd, BAD_POINTER, sizeof buffer));
  SHOW(syscall(SYS_getdents, open("file", O_RDONLY), buffer, sizeof buffer));
  SHOW(syscall(SYS_getdents, 99, buffer, sizeof buffer));
  return 0;
}
#else
int main(void) { return 0; }
#endif
