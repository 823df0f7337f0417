// Record locks and fork, exec's absence, dup and close: who loses them when.
#include "results.h"

static char place[] = "/tmp/locksXXXXXX";
static long lock(int file, int command, int type) {
  struct flock l = {.l_type = type, .l_whence = SEEK_SET};
  return fcntl(file, command, &l);
}
static void try_all(void) {
  int file = open(place, O_RDWR);
  SHOW(lock(file, F_SETLK, F_WRLCK));
  SHOW(lock(file, F_OFD_SETLK, F_WRLCK));
}

int main(void) {
  int file = mkstemp(place);
  SHOW(lock(file, F_SETLK, F_WRLCK));
  in_child("first", try_all);
  int other = open(place, O_RDWR);
  SHOW(lock(other, F_SETLK, F_WRLCK));
  close(other);
  in_child("second", try_all);
  SHOW(lock(file, F_OFD_SETLK, F_RDLCK));
  int copy = dup(file);
  close(file);
  in_child("third", try_all);
  SHOW(lock(copy, F_SETLK, F_RDLCK));
  SHOW(lock(copy, F_SETLK, F_WRLCK));
  close(copy);
  in_child("fourth", try_all);
  unlink(place);
}
