// The error of each call that cannot work.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#define SHOW(call)                                      \
  do {                                                  \
    errno = 0;                                          \
    long r = (long)(call);                              \
    printf("%s = %ld %s\n", #call, r, strerror(errno)); \
  } while (0)
int main(void) {
  char buffer[16];
  struct stat about;
  SHOW(read(99, buffer, 1));
  SHOW(write(-1, buffer, 1));
  SHOW(write(1, (void*)8, 1));
  SHOW(close(77));
  SHOW(open("/nonexistent/file", O_RDONLY));
  SHOW(open("/", O_WRONLY));
  SHOW(open("", O_RDONLY));
  SHOW(stat("/nonexistent", &about));
  SHOW(stat((char*)1, &about));
  SHOW(mkdir("/", 0777));
  SHOW(rmdir("/nonexistent"));
  SHOW(chdir("/etc/passwd"));
  SHOW(dup2(0, 1 << 30));
  SHOW(dup(55));
  SHOW(lseek(99, 0, SEEK_SET));
  SHOW(kill(0x3fffffff, 0));
  SHOW(kill(getpid(), 99));
  SHOW(waitpid(-1, 0, 0));
  SHOW(munmap((void*)1, 4096));
  SHOW(mmap(0, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
  SHOW(mmap(0, 4096, PROT_READ, MAP_PRIVATE, 99, 0) == MAP_FAILED);
  SHOW(mprotect((void*)0x10000000, 4096, PROT_READ));
  SHOW(sigaction(SIGKILL, &(struct sigaction){.sa_handler = SIG_IGN}, 0));
  SHOW(sigaction(100, 0, 0));
  SHOW(pipe((int*)8));
  SHOW(fcntl(98, F_GETFL));
  SHOW(access("/nonexistent", R_OK));
  SHOW(readlink("/", buffer, sizeof buffer));
  SHOW(unlink("/nonexistent"));
  SHOW(execve("/nonexistent", 0, 0));
  SHOW(execve("/etc", 0, 0));
  return 0;
}
