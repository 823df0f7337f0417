// One process serves many connections with poll().
#include "sockets.h"

enum { kClients = 8 };

int main(void) {
  int listener = listen_inet(kClients), port = port_of(listener);
  pid_t child = fork();
  if (child == 0) {
    int fds[kClients];
    for (int i = 0; i < kClients; ++i) {
      fds[i] = socket(AF_INET, SOCK_STREAM, 0);
      if (connect_inet(fds[i], "127.0.0.1", port)) _exit(1);
    }
    for (int round = 0; round < 20; ++round) {
      for (int i = 0; i < kClients; ++i) write(fds[(i * 3) % kClients], &i, sizeof i);
      for (int i = 0; i < kClients; ++i) {
        int back = -1;
        if (recv(fds[(i * 3) % kClients], &back, sizeof back, MSG_WAITALL) != sizeof back ||
            back != i * 2)
          _exit(2);
      }
    }
    _exit(0);
  }
  struct pollfd watched[kClients + 1] = {{listener, POLLIN}};
  int count = 1, open = 0, answered = 0;
  do {
    if (poll(watched, count, 5000) <= 0) break;
    if (watched[0].revents & POLLIN) {
      watched[count++] = (struct pollfd){accept(listener, NULL, NULL), POLLIN};
      ++open;
    }
    for (int i = 1; i < count; ++i) {
      if (!watched[i].revents) continue;
      int said;
      ssize_t got = recv(watched[i].fd, &said, sizeof said, 0);
      if (got <= 0) {
        close(watched[i].fd);
        watched[i].fd = -1;
        --open;
      } else {
        said *= 2;
        answered += write(watched[i].fd, &said, sizeof said) == sizeof said;
      }
    }
  } while (open != 0 || count < kClients + 1);
  printf("%d answers\n", answered);
  wait_for("client", child);
  return 0;
}
