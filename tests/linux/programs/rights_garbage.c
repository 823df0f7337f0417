// Sockets sent over themselves and one another: nobody can get them, and what they hold must go.
#include "sockets.h"

// A pipe's end shows when the other one has gone.
static void wait_for_end(const char* who, int fd) {
  struct pollfd one = {fd, POLLIN, 0};
  for (int i = 0; i < 200 && poll(&one, 1, 10) == 0; ++i) {
    // Closing a socket makes the kernel look.
    close(socket(AF_UNIX, SOCK_STREAM, 0));
  }
  show_read(who, fd);
}

int main(void) {
  int a[2], b[2], pipes[2], both[2];
  // Over itself, with a pipe.
  socketpair(AF_UNIX, SOCK_STREAM, 0, a);
  pipe(pipes);
  both[0] = a[1];
  both[1] = pipes[1];
  send_fds(a[0], "self", both, 2);
  close(pipes[1]);
  close(a[0]);
  close(a[1]);
  wait_for_end("self", pipes[0]);
  // Two over each other.
  socketpair(AF_UNIX, SOCK_DGRAM, 0, a);
  socketpair(AF_UNIX, SOCK_STREAM, 0, b);
  pipe(pipes);
  both[0] = b[1];
  both[1] = pipes[1];
  send_fds(a[0], "there", both, 2);
  send_fds(b[0], "back", &a[1], 1);
  close(a[0]), close(a[1]), close(b[0]), close(b[1]), close(pipes[1]);
  wait_for_end("pair", pipes[0]);
  // In a connection that nobody has accepted.
  enter_fresh_directory();
  int listener = listen_path(SOCK_STREAM, "socket", 1);
  int client = socket(AF_UNIX, SOCK_STREAM, 0);
  connect_path(client, "socket");
  pipe(pipes);
  both[0] = listener;
  both[1] = pipes[1];
  send_fds(client, "listener", both, 2);
  close(listener), close(client), close(pipes[1]);
  wait_for_end("listener", pipes[0]);
  // One that can be got still is not garbage.
  socketpair(AF_UNIX, SOCK_STREAM, 0, a);
  socketpair(AF_UNIX, SOCK_STREAM, 0, b);
  send_fds(a[0], "inner", &b[0], 1);
  send_fds(b[1], "in inner", &b[1], 1);
  close(b[0]), close(b[1]);
  for (int i = 0; i < 10; ++i) close(socket(AF_UNIX, SOCK_STREAM, 0));
  int got[2];
  if (receive_fds(a[1], 0, got, 1) == 1) receive_fds(got[0], 0, got + 1, 1);
  return 0;
}
