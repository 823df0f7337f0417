// Pipes and standard streams opened through /dev/stdin and the like.
#define _GNU_SOURCE
#include "proc.h"
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  int pipes[2];
  char bytes[20] = {0};
  pipe(pipes);
  write(pipes[1], "left", 4);
  close(pipes[1]);
  dup2(pipes[0], 0);
  close(pipes[0]);
  int fd = open("/dev/stdin", O_RDONLY);
  printf("read %ld %s\n", (long)read(fd, bytes, sizeof bytes), bytes);
  printf("end %ld\n", (long)read(fd, bytes, sizeof bytes));
  close(fd);
  int saved = dup(1);
  int file = open("/tmp/proc_pipe", O_RDWR | O_CREAT | O_TRUNC, 0600);
  write(file, "old contents", 12);
  dup2(file, 1);
  fd = open("/dev/stdout", O_WRONLY | O_CREAT | O_TRUNC, 0666);
  write(fd, "new", 3);
  dup2(saved, 1);
  memset(bytes, 0, sizeof bytes);
  printf("file %ld %s\n", (long)pread(file, bytes, sizeof bytes, 0), bytes);
  unlink("/tmp/proc_pipe");
  show_link("fd", "/dev/fd");
  show_link("stdin", "/dev/stdin");
  pipe(pipes);
  close(pipes[0]);
  char path[40];
  snprintf(path, sizeof path, "/proc/self/fd/%d", pipes[1]);
  fd = open(path, O_WRONLY | O_NONBLOCK);
  printf("writer without reader %d\n", fd >= 0);
  fd = open(path, O_RDWR);
  printf("both %d\n", fd >= 0);
  outcome("exclusive", open("/proc/self/fd/1", O_WRONLY | O_CREAT | O_EXCL, 0600));
  outcome("directory", open("/proc/self/cwd", O_WRONLY | O_CREAT, 0600));
  return 0;
}
