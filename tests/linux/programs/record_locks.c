// fcntl locks: ranges, conflicts, who holds them.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "results.h"

static int file;
static long lock(int command, int type, long start, long length) {
  struct flock l = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  return fcntl(file, command, &l);
}
static void ask(int type, long start, long length, pid_t holder) {
  struct flock l = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  long result = fcntl(file, F_GETLK, &l);
  printf("%ld: %d %ld+%ld %d\n", result, l.l_type, (long)l.l_start, (long)l.l_len,
         l.l_type == F_UNLCK ? -1 : l.l_pid == holder);
  fflush(stdout);
}

int main(void) {
  char place[] = "/tmp/locksXXXXXX";
  file = mkstemp(place);
  ftruncate(file, 1000);
  SHOW(lock(F_SETLK, F_WRLCK, 100, 100));
  SHOW(lock(F_SETLK, F_RDLCK, 300, 0));
  ask(F_WRLCK, 0, 0, getpid());
  pid_t parent = getpid();
  if (fork() == 0) {
    ask(F_WRLCK, 0, 0, parent);
    ask(F_RDLCK, 0, 100, parent);
    ask(F_RDLCK, 150, 1, parent);
    ask(F_RDLCK, 300, 1, parent);
    ask(F_WRLCK, 999, 1, parent);
    SHOW(lock(F_SETLK, F_WRLCK, 150, 10));
    SHOW(lock(F_SETLK, F_RDLCK, 310, 10));
    SHOW(lock(F_SETLK, F_WRLCK, 0, 100));
    _exit(0);
  }
  wait(0);
  SHOW(lock(F_SETLK, F_UNLCK, 120, 10));
  if (fork() == 0) {
    ask(F_WRLCK, 0, 0, parent);
    ask(F_WRLCK, 125, 0, parent);
    SHOW(lock(F_SETLKW, F_WRLCK, 120, 10));
    _exit(0);
  }
  wait(0);
  if (fork() == 0) {
    SHOW(lock(F_SETLKW, F_WRLCK, 100, 10));
    _exit(0);
  }
  usleep(20000);
  printf("unlocking\n");
  fflush(stdout);
  lock(F_SETLK, F_UNLCK, 0, 0);
  wait(0);
  SHOW(lock(F_SETLK, F_WRLCK, 0, 0));
  close(dup(file));
  if (fork() == 0) {
    ask(F_WRLCK, 0, 0, parent);
    _exit(0);
  }
  wait(0);
  struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_END, .l_start = -10, .l_len = -20};
  SHOW(fcntl(file, F_SETLK, &l));
  if (fork() == 0) {
    ask(F_WRLCK, 0, 0, parent);
    _exit(0);
  }
  wait(0);
  SHOW(lock(F_SETLK, 7, 0, 0));
  SHOW(lock(F_SETLK, F_WRLCK, -1, 0));
  SHOW(lock(F_SETLK, F_WRLCK, 5, -6));
  l.l_whence = 9;
  SHOW(fcntl(file, F_SETLK, &l));
  SHOW(fcntl(file, F_SETLK, 0));
  int reader = open(place, O_RDONLY);
  l = (struct flock){.l_type = F_WRLCK};
  SHOW(fcntl(reader, F_SETLK, &l));
  l.l_type = F_RDLCK;
  SHOW(fcntl(reader, F_SETLK, &l));
  unlink(place);
}
