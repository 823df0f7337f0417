// Mapped files, shared and private; SIGBUS behind the end.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  char name[] = "/tmp/mapXXXXXX";
  int fd = mkstemp(name);
  unlink(name);
  ftruncate(fd, 10000);
  char* shared = mmap(0, 16384, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char* private = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  strcpy(shared + 100, "shared");
  char buffer[10];
  pread(fd, buffer, 7, 100);
  printf("%s\n", buffer);
  strcpy(private + 200, "private");
  pread(fd, buffer, 8, 200);
  printf("%d\n", buffer[0]);
  pwrite(fd, "written", 8, 4096 + 50);
  printf("%s\n", shared + 4096 + 50);
  if (fork() == 0) {
    strcpy(shared + 300, "child");
    strcpy(private + 300, "child");
    _exit(0);
  }
  wait(0);
  printf("%s %d\n", shared + 300, private[300]);
  int status;
  if (fork() == 0) {
    shared[12288] = 1;
    _exit(0);
  }
  wait(&status);
  printf("signal %d\n", WTERMSIG(status) == SIGBUS);
  char* anonymous = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (fork() == 0) {
    anonymous[0] = 77;
    _exit(0);
  }
  wait(0);
  printf("%d\n", anonymous[0]);
  printf("%d\n", msync(shared, 8192, MS_SYNC));
  return 0;
}
