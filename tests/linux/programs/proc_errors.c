// /proc cannot be changed, and says so as Linux does.
#define _GNU_SOURCE
#include "proc.h"
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  char byte;
  outcome("mkdir", mkdir("/proc/new", 0755));
  outcome("rmdir", rmdir("/proc/self/task"));
  outcome("unlink", unlink("/proc/version"));
  outcome("unlink link", unlink("/proc/self"));
  outcome("missing", open("/proc/new", O_RDONLY));
  outcome("missing below", open("/proc/self/new", O_RDONLY));
  outcome("huge number", open("/proc/99999999999", O_RDONLY));
  outcome("zero", open("/proc/0", O_RDONLY));
  outcome("leading zero", open("/proc/01", O_RDONLY));
  outcome("below a file", open("/proc/version/x", O_RDONLY));
  outcome("directory for writing", open("/proc/self", O_RDWR));
  int fd = open("/proc/self/cmdline", O_RDONLY);
  outcome("write to a reader", write(fd, "x", 1));
  outcome("seek", lseek(fd, 3, SEEK_SET));
  outcome("read on", read(fd, &byte, 1));
  outcome("before the start", lseek(fd, -1, SEEK_SET));
  void* mapped = mmap(0, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
  outcome("mmap", mapped == MAP_FAILED ? -1 : 0);
  outcome("readlink of a file", readlink("/proc/version", &byte, 1));
  outcome("no follow", open("/proc/self/exe", O_RDONLY | O_NOFOLLOW));
  struct stat about;
  outcome("stat", stat("/proc/version", &about));
  printf("size %d mode %o links %d\n", (int)about.st_size, about.st_mode, (int)about.st_nlink);
  return 0;
}
