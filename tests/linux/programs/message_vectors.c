// Several buffers, and several messages, in one call.
#include "sockets.h"

int main(void) {
  int ends[2];
  socketpair(AF_UNIX, SOCK_DGRAM, 0, ends);
  struct iovec out[3] = {{"one ", 4}, {"", 0}, {"two", 3}};
  struct msghdr message = {.msg_iov = out, .msg_iovlen = 3};
  SHOW(sendmsg(ends[0], &message, 0));
  char a[3] = {0}, b[8] = {0};
  struct iovec in[2] = {{a, 2}, {b, 7}};
  message = (struct msghdr){.msg_iov = in, .msg_iovlen = 2};
  SHOW(recvmsg(ends[1], &message, 0));
  printf("'%s' '%s'\n", a, b);
  SHOW(writev(ends[0], out, 3));
  SHOW(readv(ends[1], in, 2));
  struct mmsghdr many[3] = {0};
  for (int i = 0; i < 3; ++i) {
    many[i].msg_hdr.msg_iov = &out[i];
    many[i].msg_hdr.msg_iovlen = 1;
  }
  SHOW(sendmmsg(ends[0], many, 3, 0));
  printf("%d %d %d\n", many[0].msg_len, many[1].msg_len, many[2].msg_len);
  char buffers[4][8] = {0};
  struct iovec vectors[4];
  struct mmsghdr got[4] = {0};
  for (int i = 0; i < 4; ++i) {
    vectors[i] = (struct iovec){buffers[i], 8};
    got[i].msg_hdr.msg_iov = &vectors[i];
    got[i].msg_hdr.msg_iovlen = 1;
  }
  SHOW(recvmmsg(ends[1], got, 4, MSG_WAITFORONE, NULL));
  printf("%d %d %d '%s' '%s' '%s'\n", got[0].msg_len, got[1].msg_len, got[2].msg_len, buffers[0],
         buffers[1], buffers[2]);
  SHOW(recvmmsg(ends[1], got, 4, MSG_DONTWAIT, NULL));
  shutdown(ends[0], SHUT_WR);
  SHOW(sendmmsg(ends[0], many, 3, 0));
  SHOW(sendmmsg(ends[0], many, 0, 0));
  return 0;
}
