// More connections than an AF_UNIX listener keeps waiting.
#include "sockets.h"

int main(void) {
  enter_fresh_directory();
  int listener = listen_path(SOCK_STREAM, "socket", 1);
  int clients[3];
  for (int i = 0; i < 3; ++i) {
    clients[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    SHOW(connect_path(clients[i], "socket"));
  }
  int server = accept(listener, NULL, NULL);
  SHOW(connect_path(clients[2], "socket"));
  pid_t child = fork();
  if (child == 0) {
    int late = socket(AF_UNIX, SOCK_STREAM, 0);
    SHOW(connect_path(late, "socket"));
    show_read("greeting", late);
    _exit(0);
  }
  usleep(20000);
  close(accept(listener, NULL, NULL));
  close(accept(listener, NULL, NULL));
  int last = accept(listener, NULL, NULL);
  write(last, "welcome", 7);
  wait_for("late", child);
  // Who was not accepted learns of the end.
  int lost = socket(AF_UNIX, SOCK_STREAM, 0);
  SHOW(connect_path(lost, "socket"));
  close(listener);
  show_ready("lost", lost);
  show_read("lost", lost);
  show_read("lost", lost);
  return 0;
}
