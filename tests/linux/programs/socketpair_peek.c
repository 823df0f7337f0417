// MSG_PEEK, MSG_WAITALL, MSG_TRUNC on AF_UNIX sockets.
#include "sockets.h"

static void stream(void) {
  int ends[2];
  char text[16] = {0};
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  write(ends[0], "abc", 3);
  write(ends[0], "def", 3);
  SHOW(recv(ends[1], text, 2, MSG_PEEK));
  printf("%s\n", text);
  SHOW(recv(ends[1], text, 15, MSG_PEEK));
  printf("%s\n", text);
  memset(text, 0, sizeof text);
  SHOW(recv(ends[1], text, 4, 0));
  printf("%s\n", text);
  if (fork() == 0) {
    write(ends[0], "ghij", 4);
    _exit(0);
  }
  memset(text, 0, sizeof text);
  SHOW(recv(ends[1], text, 6, MSG_WAITALL));
  printf("%s\n", text);
  wait(NULL);
  write(ends[0], "end", 3);
  close(ends[0]);
  memset(text, 0, sizeof text);
  SHOW(recv(ends[1], text, 10, MSG_WAITALL));
  printf("%s\n", text);
}

static void datagrams(int type) {
  int ends[2];
  char text[16] = {0};
  socketpair(AF_UNIX, type, 0, ends);
  send(ends[0], "long message", 12, 0);
  send(ends[0], "second", 6, 0);
  SHOW(recv(ends[1], text, 4, MSG_PEEK));
  SHOW(recv(ends[1], text, 4, MSG_PEEK | MSG_TRUNC));
  SHOW(recv(ends[1], text, 4, MSG_TRUNC));
  printf("%s\n", text);
  struct iovec vector = {text, 3};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  SHOW(recvmsg(ends[1], &message, 0));
  printf("flags %x\n", message.msg_flags);
  SHOW(recv(ends[1], text, 4, MSG_DONTWAIT));
}

int main(void) {
  stream();
  datagrams(SOCK_DGRAM);
  datagrams(SOCK_SEQPACKET);
  return 0;
}
