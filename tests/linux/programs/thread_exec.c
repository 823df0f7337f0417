// execve by a thread that is not the first; exit_group with threads waiting.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
static char* program;
static void* sleeper(void* argument) {
  for (;;) pause();
  return argument;
}
static void* executor(void* argument) {
  char* arguments[] = {program, "again", 0};
  execv(program, arguments);
  return argument;
}
int main(int argc, char** argv) {
  setvbuf(stdout, 0, _IONBF, 0);
  program = argv[0];
  if (argc > 1) {
    printf("pid kept: %d\n", getpid() == gettid());
    return 12;
  }
  pid_t child = fork();
  if (child == 0) {
    pthread_t thread;
    for (int i = 0; i < 3; ++i) pthread_create(&thread, 0, sleeper, 0);
    pthread_create(&thread, 0, executor, 0);
    pthread_join(thread, 0);
    _exit(1);
  }
  int status;
  waitpid(child, &status, 0);
  printf("%d\n", WEXITSTATUS(status));
  child = fork();
  if (child == 0) {
    pthread_t thread;
    for (int i = 0; i < 5; ++i) pthread_create(&thread, 0, sleeper, 0);
    _exit(9);
  }
  waitpid(child, &status, 0);
  printf("%d\n", WEXITSTATUS(status));
  child = fork();
  if (child == 0) {
    pthread_t thread;
    pthread_create(&thread, 0, sleeper, 0);
    usleep(10000);
    pthread_exit(0);
  }
  usleep(30000);
  kill(child, 15);
  waitpid(child, &status, 0);
  printf("signal %d\n", WTERMSIG(status));
  return 0;
}
