// pipe2: flags, bad pointers, wrong ends, SIGPIPE.
#include "results.h"
static void on_signal(int number) { printf("caught %s\n", signal_name(number)); }
static void killed(void) {
  int fds[2];
  pipe(fds), close(fds[0]);
  write(fds[1], "x", 1);
  puts("not reached");
}
int main(void) {
  int fds[2] = {-1, -1};
  char buffer[16] = {0};
  for (int fd = 3; fd < 64; ++fd) close(fd);
  SHOW(syscall(SYS_pipe2, fds, 1));
  SHOW(syscall(SYS_pipe2, BAD_POINTER, 0));
  SHOW(dup(1));  // A pipe that failed leaves no descriptors behind.
  close(3);
  SHOW(pipe2(fds, O_CLOEXEC | O_NONBLOCK));
  printf("%d %d\n", fds[0], fds[1]);
  SHOW(fcntl(fds[0], F_GETFD) + fcntl(fds[1], F_GETFD));
  SHOW(read(fds[0], buffer, 1));
  SHOW(read(fds[1], buffer, 1));
  SHOW(write(fds[0], buffer, 1));
  SHOW(write(fds[1], BAD_POINTER, 1));
  SHOW(read(fds[0], buffer, 0));
  SHOW(write(fds[1], buffer, 0));
  SHOW(write(fds[1], "abcdef", 6));
  SHOW(read(fds[0], BAD_POINTER, 3));
  SHOW(read(fds[0], buffer, 3));
  SHOW(close(fds[1]));
  SHOW(read(fds[0], buffer, 16));
  SHOW(read(fds[0], buffer, 16));
  pipe(fds), close(fds[0]);
  signal(SIGPIPE, on_signal);
  SHOW(write(fds[1], "x", 1));
  SHOW(write(fds[1], "", 0));
  signal(SIGPIPE, SIG_IGN);
  SHOW(write(fds[1], "x", 1));
  signal(SIGPIPE, SIG_DFL);
  in_child("writer", killed);
  return 0;
}
