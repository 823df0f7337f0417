// A datagram socket that nobody reads: who sends waits, or is told to come again.
#include "sockets.h"

int main(void) {
  enter_fresh_directory();
  int receiver = socket(AF_UNIX, SOCK_DGRAM, 0), sender = socket(AF_UNIX, SOCK_DGRAM, 0);
  bind_path(receiver, "r");
  connect_path(sender, "r");
  char message[4096] = {0};
  int sent = 0;
  while (send(sender, message, sizeof message, MSG_DONTWAIT) > 0) ++sent;
  printf("%s after some: %d\n", error_name(errno), sent > 5);
  pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < 50; ++i) {
      message[0] = i;
      if (send(sender, message, 100 + i, 0) != 100 + i) _exit(1);
    }
    _exit(0);
  }
  for (int i = 0; i < sent; ++i) {
    if (recv(receiver, message, sizeof message, 0) != sizeof message) printf("wrong\n");
  }
  for (int i = 0; i < 50; ++i) {
    ssize_t got = recv(receiver, message, sizeof message, 0);
    if (got != 100 + i || message[0] != i) printf("wrong %zd\n", got);
  }
  wait_for("sender", child);
  SHOW(recv(receiver, message, 1, MSG_DONTWAIT));
  show_ready("sender", sender);
  return 0;
}
