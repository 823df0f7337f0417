// memfd_create: files without a name, and seals.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "results.h"

int main(void) {
  int fd = memfd_create("name", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  printf("%d\n", fcntl(fd, F_GETFD));
  SHOW(write(fd, "hello", 5));
  struct stat status;
  fstat(fd, &status);
  printf("%o %ld %ld\n", status.st_mode, (long)status.st_size, (long)status.st_nlink);
  char text[8] = "";
  SHOW(pread(fd, text, 8, 0));
  printf("%s\n", text);
  SHOW(fcntl(fd, F_GET_SEALS));
  SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
  SHOW(ftruncate(fd, 3));
  SHOW(ftruncate(fd, 8192));
  SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
  SHOW(ftruncate(fd, 10000));
  SHOW(pwrite(fd, "x", 1, 9000));
  SHOW(pwrite(fd, "x", 1, 0));
  char* shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  printf("%c\n", shared[0]);
  SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  munmap(shared, 4096);
  SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  SHOW(pwrite(fd, "y", 1, 0));
  printf("%d\n",
         mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED ? errno : 0);
  printf("%d\n", mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ? errno : 0);
  printf("%d\n",
         mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0) == MAP_FAILED ? errno : 0);
  SHOW(fcntl(fd, F_GET_SEALS));
  SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL));
  SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
  SHOW(fcntl(fd, F_GET_SEALS));
  int plain = memfd_create("", 0);
  SHOW(fcntl(plain, F_GET_SEALS));
  SHOW(fcntl(plain, F_ADD_SEALS, F_SEAL_GROW));
  int ends[2];
  pipe(ends);
  SHOW(fcntl(ends[0], F_GET_SEALS));
  SHOW(fcntl(fd, F_ADD_SEALS, 0x1000));
  SHOW(memfd_create("x", 0x100));
  SHOW(memfd_create((char*)8, 0));
  char name[300];
  memset(name, 'n', sizeof name);
  name[250] = 0;
  SHOW(memfd_create(name, 0));
  name[249] = 0;
  SHOW_OK(memfd_create(name, 0));
}
