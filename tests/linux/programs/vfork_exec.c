// vfork and exec of a missing and of a real program; posix_spawn.
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
extern char** environ;
int main(int argc, char** argv) {
  if (argc > 1) return 33;
  volatile int shared = 0;
  pid_t child = vfork();
  if (child == 0) {
    shared = 5;
    _exit(0);
  }
  int status;
  waitpid(child, &status, 0);
  printf("shared %d status %d\n", shared, status);
  char* arguments[] = {argv[0], "x", 0};
  pid_t spawned = 0;
  int error = posix_spawn(&spawned, argv[0], 0, 0, arguments, environ);
  printf("spawn %d\n", error);
  waitpid(spawned, &status, 0);
  printf("%d\n", WEXITSTATUS(status));
  error = posix_spawn(&spawned, "/nonexistent", 0, 0, arguments, environ);
  printf("spawn %s\n", strerror(error));
  return 0;
}
