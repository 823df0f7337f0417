// AF_UNIX datagrams by name: senders, borders, refusals.
#include "sockets.h"

static int bound(const char* name) {
  int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  if (bind_path(fd, name)) exit(92);
  return fd;
}

static ssize_t send_path(int fd, const char* name, const char* text) {
  struct sockaddr_un address;
  socklen_t size = local_path(&address, name);
  return sendto(fd, text, strlen(text), 0, (struct sockaddr*)&address, size);
}

static void show_message(int fd) {
  char text[32] = {0};
  struct sockaddr_un address;
  socklen_t size = sizeof address;
  ssize_t got =
      recvfrom(fd, text, sizeof text - 1, MSG_DONTWAIT, (struct sockaddr*)&address, &size);
  printf("%zd '%s' ", got, got < 0 ? error_name(errno) : text);
  if (got >= 0) show_local_address("from", &address, size);
  if (got < 0) printf("\n");
}

int main(void) {
  enter_fresh_directory();
  int a = bound("a"), b = bound("b"), nameless = socket(AF_UNIX, SOCK_DGRAM, 0);
  SHOW(send_path(a, "b", "from a"));
  SHOW(send_path(nameless, "b", "from nobody"));
  SHOW(send_path(a, "b", ""));
  show_message(b);
  show_message(b);
  show_message(b);
  show_message(b);
  SHOW(send(a, "x", 1, 0));
  SHOW(send_path(a, "missing", "x"));
  int stream = listen_path(SOCK_STREAM, "stream", 1);
  SHOW(send_path(a, "stream", "x"));
  SHOW(connect_path(a, "b"));
  SHOW(send(a, "by peer", 7, 0));
  show_message(b);
  // b listens to a alone when it is connected to it.
  SHOW(connect_path(b, "a"));
  SHOW(send_path(nameless, "b", "x"));
  SHOW(connect_path(nameless, "b"));
  close(b);
  SHOW(send(a, "x", 1, 0));
  SHOW(send(a, "x", 1, 0));
  SHOW(send_path(a, "b", "x"));
  struct sockaddr none = {AF_UNSPEC};
  SHOW(connect(a, &none, sizeof none));
  char big[100] = {0};
  int one = socket(AF_UNIX, SOCK_DGRAM, 0);
  set_option(one, SOL_SOCKET, SO_SNDBUF, 4096);
  char* huge = calloc(1, 1 << 20);
  connect_path(one, "a");
  SHOW(send(one, huge, 1 << 20, 0));
  return 0;
}
