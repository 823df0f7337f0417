// /proc/self/maps tells what is mapped.
#define _GNU_SOURCE
#include "proc.h"
static void show_mapping(const char* what, void* at) {
  slurp("/proc/self/maps");
  for (char* line = strtok(text, "\n"); line != 0; line = strtok(0, "\n")) {
    unsigned long from, to, offset, inode;
    char access[5], device[20], name[300] = "";
    int got = sscanf(line, "%lx-%lx %4s %lx %19s %lu %299[^\n]", &from, &to, access, &offset,
                     device, &inode, name);
    if (got < 6 || (unsigned long)at < from || (unsigned long)at >= to) continue;
    printf("%s: %s offset %lx inode %d name '%s'\n", what, access, offset, inode != 0, name);
    return;
  }
  printf("%s: nothing\n", what);
}
int main(void) {
  int fd = open("/tmp/proc_maps", O_RDWR | O_CREAT | O_TRUNC, 0600);
  ftruncate(fd, 0x4000);
  char* a = mmap(0, 0x4000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  show_mapping("shared file", a);
  char* b = mmap(0, 0x2000, PROT_READ, MAP_PRIVATE, fd, 0x2000);
  show_mapping("private file", b);
  char* c = mmap(0, 0x3000, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(c + 0x1000, 0x1000, PROT_READ | PROT_WRITE | PROT_EXEC);
  show_mapping("none", c);
  show_mapping("all", c + 0x1000);
  munmap(c + 0x2000, 0x1000);
  show_mapping("unmapped", c + 0x2000);
  unlink("/tmp/proc_maps");
  show_mapping("deleted", a);
  show_mapping("stack", &fd);
  brk((char*)sbrk(0) + 0x10000);
  show_mapping("heap", (char*)sbrk(0) - 1);
  // Lines are in the order of addresses, and all are well formed.
  slurp("/proc/self/maps");
  unsigned long last = 0;
  int good = 1, lines = 0;
  for (char* line = strtok(text, "\n"); line != 0; line = strtok(0, "\n"), ++lines) {
    unsigned long from, to;
    if (sscanf(line, "%lx-%lx ", &from, &to) != 2 || from < last || to <= from) good = 0;
    last = to;
  }
  printf("ordered %d many %d\n", good, lines > 5);
  printf("smaps %d rollup %d\n", slurp("/proc/self/smaps") > 500 && strstr(text, "\nRss:") != 0,
         slurp("/proc/self/smaps_rollup") > 100 && strstr(text, "[rollup]") != 0);
  return 0;
}
