// Abstract names, and names that the kernel chooses.
#include "sockets.h"

int main(void) {
  struct sockaddr_un address, got;
  socklen_t size = local_abstract(&address, "test"), got_size = sizeof got;
  int one = socket(AF_UNIX, SOCK_STREAM, 0), other = socket(AF_UNIX, SOCK_STREAM, 0);
  SHOW(bind(one, (struct sockaddr*)&address, size));
  SHOW(bind(other, (struct sockaddr*)&address, size));
  SHOW(bind(other, (struct sockaddr*)&address, size + 1));
  getsockname(one, (struct sockaddr*)&got, &got_size);
  printf("%d\n", got_size == size && memcmp(&got, &address, size) == 0);
  SHOW(connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr*)&address, size));
  SHOW(listen(one, 1));
  int client = socket(AF_UNIX, SOCK_STREAM, 0);
  SHOW(connect(client, (struct sockaddr*)&address, size));
  SHOW(connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr*)&address, size - 1));
  SHOW(connect(socket(AF_UNIX, SOCK_DGRAM, 0), (struct sockaddr*)&address, size));
  got_size = sizeof got;
  getpeername(client, (struct sockaddr*)&got, &got_size);
  printf("%d\n", got_size == size && memcmp(&got, &address, size) == 0);
  close(one);
  int again = socket(AF_UNIX, SOCK_STREAM, 0);
  SHOW(bind(again, (struct sockaddr*)&address, size));
  // Only the family: the kernel chooses.
  int any = socket(AF_UNIX, SOCK_DGRAM, 0);
  SHOW(bind(any, (struct sockaddr*)&address, sizeof(sa_family_t)));
  got_size = sizeof got;
  getsockname(any, (struct sockaddr*)&got, &got_size);
  printf("%d %d\n", (int)got_size, got.sun_path[0]);
  SHOW(bind(any, (struct sockaddr*)&address, sizeof(sa_family_t)));
  SHOW(bind(any, (struct sockaddr*)&address, size));
  return 0;
}
