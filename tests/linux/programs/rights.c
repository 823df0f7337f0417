// Open files sent over sockets.
#include "sockets.h"

int main(void) {
  int ends[2], pipes[2], got[8];
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  pipe(pipes);
  SHOW(send_fds(ends[0], "one", pipes, 2));
  close(pipes[1]);
  SHOW(receive_fds(ends[1], 0, got, 2));
  printf("%d\n", fcntl(got[0], F_GETFD));
  SHOW(write(got[1], "through", 7));
  show_read("pipe", pipes[0]);
  // With close-on-exec.
  send_fds(ends[0], "two", pipes, 1);
  receive_fds(ends[1], MSG_CMSG_CLOEXEC, got, 1);
  printf("%d\n", fcntl(got[0], F_GETFD));
  // Less room than there are.
  int three[3] = {0, 1, 2};
  send_fds(ends[0], "three", three, 3);
  receive_fds(ends[1], 0, got, 2);
  send_fds(ends[0], "none", three, 3);
  receive_fds(ends[1], 0, got, 0);
  send_fds(ends[0], "plain", three, 1);
  show_read("plain", ends[1]);
  // What does not go.
  int bad[1] = {99};
  SHOW(send_fds(ends[0], "bad", bad, 1));
  SHOW(recv(ends[1], got, 1, MSG_DONTWAIT));
  // They are kept while nobody reads, and go with the socket.
  pipe(pipes);
  send_fds(ends[0], "lost", &pipes[1], 1);
  close(pipes[1]);
  int flags = fcntl(pipes[0], F_SETFL, O_NONBLOCK);
  show_read("open", pipes[0]);
  close(ends[0]);
  close(ends[1]);
  show_read("closed", pipes[0]);
  return 0;
}
