// An echo server with a process for each client, and clients that talk to it at once.
#include "sockets.h"

enum { kClients = 6, kRounds = 50 };

static void serve(int connection) {
  char text[512];
  ssize_t got;
  while ((got = read(connection, text, sizeof text)) > 0) {
    if (write(connection, text, got) != got) _exit(1);
  }
  _exit(0);
}

static void talk(int number, int port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect_inet(fd, "127.0.0.1", port)) _exit(2);
  for (int i = 0; i < kRounds; ++i) {
    char said[400], heard[400] = {0};
    int size = snprintf(said, sizeof said, "client %d, round %d%*s", number, i, i * 5, "");
    if (write(fd, said, size) != size) _exit(3);
    if (recv(fd, heard, size, MSG_WAITALL) != size || memcmp(said, heard, size)) _exit(4);
  }
  _exit(0);
}

int main(void) {
  int listener = listen_inet(kClients), port = port_of(listener);
  pid_t clients[kClients], servers[kClients];
  for (int i = 0; i < kClients; ++i) {
    if ((clients[i] = fork()) == 0) talk(i, port);
  }
  for (int i = 0; i < kClients; ++i) {
    int connection = accept(listener, NULL, NULL);
    if ((servers[i] = fork()) == 0) serve(connection);
    close(connection);
  }
  for (int i = 0; i < kClients; ++i) wait_for("client", clients[i]);
  for (int i = 0; i < kClients; ++i) wait_for("server", servers[i]);
  return 0;
}
