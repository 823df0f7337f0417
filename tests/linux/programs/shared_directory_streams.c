// A directory's position is shared over fork and dup, and not with another open.
#include <dirent.h>
#include "results.h"
static int count(int fd, size_t size) {
  static char buffer[4096] __attribute__((aligned(8)));
  int entries = 0;
  long got = syscall(SYS_getdents64, fd, buffer, size);
  for (long at = 0; at < got; at += *(uint16_t*)(buffer + at + 16)) ++entries;
  return got < 0 ? -1 : entries;
}
int main(void) {
  enter_fresh_directory();
  for (int i = 0; i < 30; ++i) {
    char name[16];
    sprintf(name, "entry%02d", i), make_file(name, "");
  }
  int fd = open(".", O_RDONLY | O_DIRECTORY), copy = dup(fd),
      other = open(".", O_RDONLY | O_DIRECTORY);
  int some = count(fd, 320), child_status;
  pid_t child = fork();
  if (child == 0) _exit(count(copy, 320));
  waitpid(child, &child_status, 0);
  int rest = count(copy, 4096);
  printf("together %d, again %d\n", some + WEXITSTATUS(child_status) + rest, count(fd, 4096));
  printf("other %d\n", count(other, 4096));
  lseek(fd, 0, SEEK_SET);
  printf("from the start %d\n", count(copy, 4096));
  make_file("new", "");
  printf("at the end %d\n", count(fd, 4096) >= 0);
  lseek(fd, 0, SEEK_SET);
  printf("with the new one %d\n", count(fd, 4096));
  return 0;
}
