// sendmsg() and recvmsg() with arguments that make no sense.
#include "sockets.h"

int main(void) {
  int ends[2];
  socketpair(AF_UNIX, SOCK_DGRAM, 0, ends);
  struct iovec vector = {"text", 4};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  SHOW(sendmsg(ends[0], BAD_POINTER, 0));
  SHOW(recvmsg(ends[0], BAD_POINTER, MSG_DONTWAIT));
  message.msg_iovlen = 1025;
  SHOW(syscall(SYS_sendmsg, ends[0], &message, 0));
  message.msg_iovlen = 1;
  message.msg_iov = BAD_POINTER;
  SHOW(sendmsg(ends[0], &message, 0));
  message.msg_iov = &vector;
  vector.iov_base = BAD_POINTER;
  SHOW(sendmsg(ends[0], &message, 0));
  vector.iov_base = "text";
  _Alignas(8) char control[64] = {0};
  struct cmsghdr* header = (struct cmsghdr*)control;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  header->cmsg_len = 4;
  header->cmsg_level = SOL_SOCKET;
  SHOW(sendmsg(ends[0], &message, 0));
  header->cmsg_len = 100;
  SHOW(sendmsg(ends[0], &message, 0));
  header->cmsg_len = 20;
  header->cmsg_type = 77;
  message.msg_controllen = 24;
  SHOW(sendmsg(ends[0], &message, 0));
  header->cmsg_level = 12345;
  SHOW(sendmsg(ends[0], &message, 0));
  message.msg_control = BAD_POINTER;
  SHOW(sendmsg(ends[0], &message, 0));
  SHOW(send(ends[0], BAD_POINTER, 4, 0));
  SHOW(send(99, "x", 1, 0));
  SHOW(sendto(ends[0], "x", 1, 0, (struct sockaddr*)control, 200));
  SHOW(sendto(ends[0], "x", 1, 0, BAD_POINTER, 20));
  SHOW(recvfrom(ends[1], control, 4, 0, BAD_POINTER, BAD_POINTER));
  SHOW(send(ends[0], "x", 1, MSG_OOB));
  SHOW(getsockname(ends[0], BAD_POINTER, BAD_POINTER));
  socklen_t size = -1;
  SHOW(getsockname(ends[0], (struct sockaddr*)control, &size));
  return 0;
}
