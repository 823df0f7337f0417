// Half-closed TCP connections.
#include "sockets.h"

int main(void) {
  int ends[2];
  tcp_pair(ends);
  SHOW(shutdown(ends[0], SHUT_RD));
  show_ready("own", ends[0]);
  show_ready("peer", ends[1]);
  show_read("own", ends[0]);
  SHOW(write(ends[1], "still", 5));
  usleep(20000);
  show_read("still", ends[0]);
  SHOW(shutdown(ends[1], SHUT_WR));
  SHOW(shutdown(ends[1], SHUT_WR));
  SHOW(shutdown(ends[0], SHUT_RDWR));
  usleep(20000);
  show_ready("own", ends[0]);
  show_ready("peer", ends[1]);
  int listener = listen_inet(1);
  pid_t child = fork();
  if (child == 0) {
    usleep(20000);
    _exit(shutdown(listener, SHUT_RD) != 0);
  }
  SHOW(accept(listener, NULL, NULL));
  wait_for("child", child);
  SHOW(accept(listener, NULL, NULL));
  return 0;
}
