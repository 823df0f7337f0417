// Sequenced packets: connections with borders.
#include "sockets.h"

int main(void) {
  enter_fresh_directory();
  int listener = listen_path(SOCK_SEQPACKET, "socket", 2);
  int client = socket(AF_UNIX, SOCK_SEQPACKET, 0);
  SHOW(send(client, "x", 1, 0));
  SHOW(recv(client, &listener, 1, 0));
  int stream = socket(AF_UNIX, SOCK_STREAM, 0);
  SHOW(connect_path(stream, "socket"));
  SHOW(connect_path(client, "socket"));
  int server = accept(listener, NULL, NULL);
  SHOW(send(client, "first", 5, 0));
  SHOW(send(client, "", 0, 0));
  SHOW(send(client, "third", 5, MSG_EOR));
  show_read("first", server);
  show_read("empty", server);
  char text[16] = {0};
  struct iovec vector = {text, 3};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  SHOW(recvmsg(server, &message, 0));
  printf("%s %x\n", text, message.msg_flags);
  char* huge = calloc(1, 1 << 20);
  SHOW(send(client, huge, 1 << 20, 0));
  close(server);
  show_ready("client", client);
  SHOW(send(client, "x", 1, MSG_NOSIGNAL));
  show_read("end", client);
  return 0;
}
