// execve: arguments, environment, close-on-exec, errors.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char** argv) {
  if (argc == 3 && !strcmp(argv[1], "again")) {
    printf("again: %s %s %s\n", argv[0], argv[2], getenv("WORD") ? getenv("WORD") : "none");
    printf("fd 20 %d fd 21 %d\n", fcntl(20, F_GETFD), fcntl(21, F_GETFD));
    return 7;
  }
  dup2(1, 20);
  dup2(1, 21);
  fcntl(21, F_SETFD, FD_CLOEXEC);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    char* arguments[] = {"name", "again", "word", 0};
    char* environment[] = {"WORD=value", 0};
    execve("/proc/self/exe", arguments, environment);
    execve(argv[0], arguments, environment);
    _exit(1);
  }
  int status;
  waitpid(child, &status, 0);
  printf("%d\n", WEXITSTATUS(status));
  return 0;
}
