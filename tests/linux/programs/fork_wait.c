// fork, wait, exit statuses, copies on write.
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static int value = 1;
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  int* heap = malloc(sizeof *heap);
  *heap = 10;
  for (int i = 0; i < 5; ++i) {
    pid_t child = fork();
    if (child == 0) {
      value += i;
      *heap += i;
      _exit(value + *heap);
    }
    int status;
    pid_t got = waitpid(child, &status, 0);
    printf("%d %d %d\n", got == child, WIFEXITED(status), WEXITSTATUS(status));
  }
  printf("%d %d\n", value, *heap);
  pid_t child = fork();
  if (child == 0) {
    pid_t grandchild = fork();
    if (grandchild == 0) _exit(3);
    int status;
    wait(&status);
    _exit(WEXITSTATUS(status) + 1);
  }
  int status;
  wait(&status);
  printf("%d\n", WEXITSTATUS(status));
  printf("%d\n", wait(&status));
  child = fork();
  if (child == 0) abort();
  waitpid(child, &status, 0);
  printf("signal %d\n", WTERMSIG(status));
  child = fork();
  if (child == 0) *(volatile int*)16 = 1;
  waitpid(child, &status, 0);
  printf("signal %d\n", WTERMSIG(status));
  return 0;
}
