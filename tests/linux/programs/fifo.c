// Named pipes: who waits for whom in open, and what remains when the ends go.
#include <poll.h>
#include "results.h"
int main(void) {
  enter_fresh_directory();
  char buffer[16] = {0};
  mkfifo("fifo", 0644), mkfifo("other", 0644);
  signal(SIGPIPE, SIG_IGN);
  SHOW_OK(open("fifo", O_WRONLY | O_NONBLOCK));
  int in = SHOW_OK(open("fifo", O_RDONLY | O_NONBLOCK));
  SHOW(read(in, buffer, 16));
  int out = open("fifo", O_WRONLY | O_NONBLOCK);
  SHOW(read(in, buffer, 16));
  SHOW(write(out, "text", 4));
  SHOW(read(in, buffer, 2));
  close(out);
  SHOW(read(in, buffer, 16));
  SHOW(read(in, buffer, 16));
  struct pollfd ask = {in, POLLIN};
  SHOW(poll(&ask, 1, 0));
  SHOW(ask.revents);
  int both = open("other", O_RDWR);
  SHOW(write(both, "self", 4));
  SHOW(read(both, buffer, 16));
  SHOW(lseek(both, 0, SEEK_SET));
  close(in);
  pid_t child = fork();
  if (child == 0) {
    int end = open("fifo", O_WRONLY);
    for (int i = 0; i < 3; ++i) write(end, "abc", 3);
    _exit(0);
  }
  int waiting = open("fifo", O_RDONLY);
  int total = 0;
  for (int got; (got = read(waiting, buffer, 16)) > 0;) total += got;
  printf("%d bytes\n", total);
  wait_for("writer", child);
  for (int fd = 3; fd < 64; ++fd) close(fd);
  SHOW_OK(open("fifo", O_WRONLY | O_NONBLOCK));
  in = open("fifo", O_RDONLY | O_NONBLOCK), out = open("fifo", O_WRONLY);
  close(in);
  SHOW(write(out, "x", 1));
  unlink("fifo");
  return 0;
}
