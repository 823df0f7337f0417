// A process ends although its threads are in the middle of waiting for something.
#include <poll.h>
#include <pthread.h>
#include <time.h>
#include "results.h"
static int fds[2], word;
static pthread_barrier_t barrier;
static void* body(void* what) {
  char c;
  static char data[100000];
  pthread_barrier_wait(&barrier);
  switch ((long)what) {
    case 0:
      read(fds[0], &c, 1);
      break;
    case 1:
      nanosleep(&(struct timespec){1000, 0}, NULL);
      break;
    case 2:
      syscall(SYS_futex, &word, 0, 0, NULL, NULL, 0);
      break;
    case 3:
      poll(NULL, 0, -1);
      break;
    case 4:
      pause();
      break;
    case 5:
      waitpid(-1, NULL, 0);
      break;
    case 6:
      write(fds[1], data, sizeof data);
      write(fds[1], data, sizeof data);
      break;
    case 7:
      for (;;) sched_yield();
  }
  return NULL;
}
static void crowd(void) {
  pthread_t thread;
  pid_t sleeper = fork();
  if (sleeper == 0)
    for (;;) pause();
  pipe(fds), pthread_barrier_init(&barrier, NULL, 9);
  for (long i = 0; i < 8; ++i) pthread_create(&thread, NULL, body, (void*)i);
  pthread_barrier_wait(&barrier);
  kill(sleeper, SIGKILL);
}
static void exits(void) { crowd(), exit(3); }
static void aborts(void) { crowd(), abort(); }
static void is_killed(void) { crowd(), kill(getpid(), SIGTERM), sleep(100); }
static void execs(void) { crowd(), execl("/bin/true", "true", NULL); }
int main(void) {
  for (int i = 0; i < 3; ++i) {
    in_child("exits", exits);
    in_child("aborts", aborts);
    in_child("is killed", is_killed);
    in_child("execs", execs);
  }
  return 0;
}
