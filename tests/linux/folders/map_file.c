// Writes to a file of the host through shared mappings, and looks at it by calls: both are the same
// file. What is left in the mappings at the end must get to the host as well.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096 };

static int fails(const char* what) {
  printf("%s\n", what);
  return 1;
}

int main(int count, char** arguments) {
  (void)count;
  char text[16] = "";
  int fd = open(arguments[1], O_RDWR);
  char* at = mmap(0, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) return fails("mmap");
  if (memcmp(at, "from the host", 13) != 0) return fails("first bytes");
  memcpy(at, "by a mapping!", 13);
  if (pread(fd, text, 13, 0) != 13 || strcmp(text, "by a mapping!") != 0) return fails("pread");
  if (pwrite(fd, "by a call", 9, PAGE) != 9 || memcmp(at + PAGE, "by a call", 9) != 0)
    return fails("pwrite");
  if (msync(at, PAGE, MS_SYNC) != 0) return fails("msync");

  // A file that becomes longer shows in a mapping that reaches beyond it; what is written behind
  // the end does not become part of it.
  if (ftruncate(fd, 2 * PAGE + 100) != 0) return fails("ftruncate");
  strcpy(at + 2 * PAGE + 90, "0123456789 and more");
  if (ftruncate(fd, 3 * PAGE) != 0 || at[2 * PAGE + 100] != 0) return fails("behind the end");

  if (fork() == 0) {
    strcpy(at + 2 * PAGE + 200, "a child");
    _exit(0);
  }
  wait(0);
  if (pread(fd, text, 8, 2 * PAGE + 200) != 8 || strcmp(text, "a child") != 0)
    return fails("the child's");
  char* private = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  private[20] = 'x';
  int read_only = open(arguments[1], O_RDONLY);
  char* shown = mmap(0, PAGE, PROT_READ, MAP_SHARED, read_only, 0);
  if (mmap(0, PAGE, PROT_WRITE, MAP_SHARED, read_only, 0) != MAP_FAILED) return fails("read-only");
  strcpy(at + 100, "at the end");
  if (strcmp(shown + 100, "at the end") != 0) return fails("another mapping");
  close(fd);
  printf("done\n");
}
