// fcntl locks: two that wait for each other, and waits that a signal ends.
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "results.h"

static int file;
static long lock(int command, int type, long start) {
  struct flock l = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = 1};
  return fcntl(file, command, &l);
}
static void nothing(int signal) { (void)signal; }

int main(void) {
  char place[] = "/tmp/locksXXXXXX";
  file = mkstemp(place);
  int ready[2];
  pipe(ready);
  lock(F_SETLK, F_WRLCK, 0);
  pid_t child = fork();
  if (child == 0) {
    lock(F_SETLK, F_WRLCK, 1);
    write(ready[1], "x", 1);
    lock(F_SETLKW, F_WRLCK, 0);
    _exit(0);
  }
  char c;
  read(ready[0], &c, 1);
  usleep(30000);
  SHOW(lock(F_SETLKW, F_WRLCK, 1));
  lock(F_SETLK, F_UNLCK, 0);
  wait(0);
  SHOW(lock(F_SETLK, F_WRLCK, 1));
  struct sigaction action = {.sa_handler = nothing};
  sigaction(SIGALRM, &action, 0);
  if (fork() == 0) {
    ualarm(20000, 20000);  // again and again: on a slow machine the first may come before the wait
    SHOW(lock(F_SETLKW, F_WRLCK, 1));
    ualarm(0, 0);
    _exit(0);
  }
  wait(0);
  unlink(place);
}
