// Processes that are killed while they wait in a socket call, and what the others see.
#include "sockets.h"

int main(void) {
  int ends[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  pid_t reader = fork();
  if (reader == 0) {
    char c;
    close(ends[0]);
    read(ends[1], &c, 1);
    _exit(1);
  }
  close(ends[1]);
  usleep(20000);
  kill(reader, SIGKILL);
  wait_for("reader", reader);
  show_ready("left", ends[0]);
  show_read("left", ends[0]);
  int listener = listen_inet(1);
  pid_t acceptor = fork();
  if (acceptor == 0) {
    accept(listener, NULL, NULL);
    _exit(1);
  }
  usleep(20000);
  kill(acceptor, SIGTERM);
  wait_for("acceptor", acceptor);
  int client = socket(AF_INET, SOCK_STREAM, 0);
  SHOW(connect_inet(client, "127.0.0.1", port_of(listener)));
  return 0;
}
