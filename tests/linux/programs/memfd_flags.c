// memfd_create: executable or not, sealed against that.
#include <sys/mman.h>
#include <sys/stat.h>
#include "results.h"

static int mode(int fd) {
  struct stat status;
  fstat(fd, &status);
  return status.st_mode & 0777;
}
int main(void) {
  int plain = memfd_create("plain", 0);
  int executable = memfd_create("executable", 0x10);
  int sealed = memfd_create("sealed", 8);
  printf("%o %o %o\n", mode(plain), mode(executable), mode(sealed));
  SHOW(fcntl(plain, F_GET_SEALS));
  SHOW(fcntl(sealed, F_GET_SEALS));
  SHOW(fchmod(sealed, 0755));
  SHOW(fchmod(sealed, 0644));
  SHOW(fcntl(sealed, F_ADD_SEALS, F_SEAL_SHRINK));
  SHOW(memfd_create("both", 0x18));
  int copy = dup(plain);
  SHOW(write(copy, "text", 4));
  SHOW(lseek(plain, 0, SEEK_CUR));
  pid_t child = fork();
  if (child == 0) {
    pwrite(plain, "T", 1, 0);
    _exit(0);
  }
  wait_for("child", child);
  char text[8] = "";
  pread(copy, text, 7, 0);
  printf("%s\n", text);
}
