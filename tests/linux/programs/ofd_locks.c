// Locks of open files: F_OFD_SETLK and flock.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>
#include "results.h"

static long lock(int file, int command, int type, long start, long length) {
  struct flock l = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  long result = fcntl(file, command, &l);
  if (command == F_OFD_GETLK)
    printf("%d %ld+%ld %d\n", l.l_type, (long)l.l_start, (long)l.l_len, l.l_pid);
  return result;
}

int main(void) {
  char place[] = "/tmp/locksXXXXXX";
  int first = mkstemp(place);
  int second = open(place, O_RDWR);
  SHOW(lock(first, F_OFD_SETLK, F_WRLCK, 0, 10));
  SHOW(lock(second, F_OFD_SETLK, F_WRLCK, 5, 10));
  SHOW(lock(second, F_OFD_SETLK, F_WRLCK, 10, 10));
  SHOW(lock(second, F_OFD_GETLK, F_RDLCK, 0, 0));
  SHOW(lock(second, F_SETLK, F_RDLCK, 3, 1));
  close(dup(first));
  SHOW(lock(second, F_OFD_SETLK, F_WRLCK, 5, 1));
  pid_t child = fork();
  if (child == 0) {
    SHOW(lock(first, F_OFD_SETLK, F_WRLCK, 0, 10));
    SHOW(lock(second, F_OFD_SETLKW, F_WRLCK, 5, 1));
    _exit(0);
  }
  wait_until_state(child, 'S');
  long unlocked = lock(first, F_OFD_SETLK, F_UNLCK, 0, 0);
  wait(0);
  SHOW(unlocked);
  struct flock wrong = {.l_type = F_WRLCK, .l_pid = 5};
  SHOW(fcntl(first, F_OFD_SETLK, &wrong));

  SHOW(flock(first, LOCK_EX));
  SHOW(flock(second, LOCK_SH | LOCK_NB));
  SHOW(flock(first, LOCK_SH));
  SHOW(flock(second, LOCK_SH | LOCK_NB));
  SHOW(flock(second, LOCK_EX | LOCK_NB));
  SHOW(flock(first, LOCK_UN));
  SHOW(flock(second, LOCK_EX | LOCK_NB));
  int copy = dup(second);
  close(second);
  SHOW(flock(first, LOCK_EX | LOCK_NB));
  SHOW(flock(copy, LOCK_UN));
  SHOW(flock(first, LOCK_EX | LOCK_NB));
  child = fork();
  if (child == 0) {
    int other = open(place, O_RDONLY);
    SHOW(flock(other, LOCK_EX));
    _exit(0);
  }
  wait_until_state(child, 'S');
  flock(first, LOCK_UN);
  wait(0);
  SHOW(flock(first, 0));
  SHOW(flock(first, 77));
  SHOW(flock(99, LOCK_SH));
  int ends[2];
  pipe(ends);
  SHOW(flock(ends[0], LOCK_EX));
  unlink(place);
}
