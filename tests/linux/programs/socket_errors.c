// What socket(), socketpair() and the like refuse.
#include "sockets.h"

int main(void) {
  SHOW_OK(socket(AF_UNIX, SOCK_STREAM, 0));
  SHOW_OK(socket(AF_UNIX, SOCK_DGRAM, 0));
  SHOW_OK(socket(AF_UNIX, SOCK_SEQPACKET, 0));
  SHOW_OK(socket(AF_UNIX, SOCK_RAW, 0));
  SHOW(socket(AF_UNIX, SOCK_RDM, 0));
  SHOW(socket(AF_UNIX, SOCK_STREAM, 7));
  SHOW_OK(socket(AF_INET, SOCK_STREAM, 0));
  SHOW_OK(socket(AF_INET, SOCK_STREAM, IPPROTO_TCP));
  SHOW_OK(socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP));
  SHOW(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP));
  SHOW(socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP));
  SHOW(socket(AF_INET, SOCK_RDM, 0));
  SHOW(socket(AF_INET, SOCK_RAW, 0));
  SHOW(socket(AF_INET, SOCK_STREAM, -1));
  SHOW(socket(12345, SOCK_STREAM, 0));
  SHOW(socket(-1, SOCK_STREAM, 0));
  SHOW(socket(AF_UNIX, 99, 0));
  SHOW(socket(AF_UNIX, SOCK_STREAM | 0x100000, 0));
  int ends[2];
  SHOW(socketpair(AF_INET, SOCK_STREAM, 0, ends));
  SHOW(socketpair(AF_UNIX, SOCK_STREAM, 0, BAD_POINTER));
  SHOW(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
  int pipe_ends[2];
  pipe(pipe_ends);
  SHOW(bind(pipe_ends[0], (struct sockaddr*)ends, 2));
  SHOW(listen(pipe_ends[0], 1));
  SHOW(recv(pipe_ends[0], ends, 1, 0));
  SHOW(listen(99, 1));
  SHOW(shutdown(pipe_ends[0], SHUT_RD));
  SHOW(shutdown(ends[0], 3));
  SHOW(lseek(ends[0], 0, SEEK_SET));
  SHOW(pread(ends[0], pipe_ends, 1, 0));
  SHOW(ftruncate(ends[0], 1));
  struct stat about;
  fstat(ends[0], &about);
  printf("%d %o\n", S_ISSOCK(about.st_mode), about.st_mode & 0777);
  char link[64] = {0}, path[64];
  return 0;
}
