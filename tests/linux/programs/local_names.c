// Binding AF_UNIX sockets to paths.
#include "sockets.h"

int main(void) {
  enter_fresh_directory();
  int one = socket(AF_UNIX, SOCK_STREAM, 0);
  int other = socket(AF_UNIX, SOCK_STREAM, 0);
  struct sockaddr_un address;
  socklen_t size = sizeof address;
  getsockname(one, (struct sockaddr*)&address, &size);
  show_local_address("before", &address, size);
  SHOW(bind_path(one, "name"));
  SHOW(bind_path(one, "other"));
  SHOW(bind_path(other, "name"));
  SHOW(bind_path(other, "missing/name"));
  SHOW(bind_path(other, "name/below"));
  size = sizeof address;
  getsockname(one, (struct sockaddr*)&address, &size);
  show_local_address("after", &address, size);
  struct stat about;
  SHOW(stat("name", &about));
  printf("%d %o\n", S_ISSOCK(about.st_mode), about.st_mode & 0777);
  SHOW(open("name", O_RDWR));
  SHOW_OK(open("name", O_PATH));
  close(one);
  SHOW(access("name", F_OK));
  SHOW(bind_path(other, "name"));
  unlink("name");
  SHOW(bind_path(other, "name"));
  umask(077);
  int third = socket(AF_UNIX, SOCK_DGRAM, 0);
  SHOW(bind_path(third, "private"));
  stat("private", &about);
  printf("%o\n", about.st_mode & 0777);
  SHOW(bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr*)&address, 1));
  SHOW(bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr*)&address, 200));
  SHOW(bind(socket(AF_UNIX, SOCK_STREAM, 0), BAD_POINTER, 20));
  address.sun_family = AF_INET;
  SHOW(bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr*)&address, sizeof address));
  // All 108 bytes, and no NUL at the end.
  memset(&address, 'x', sizeof address);
  address.sun_family = AF_UNIX;
  int fourth = socket(AF_UNIX, SOCK_STREAM, 0);
  SHOW(bind(fourth, (struct sockaddr*)&address, sizeof address));
  char buffer[200];
  size = sizeof buffer;
  getsockname(fourth, (struct sockaddr*)buffer, &size);
  printf("%d bytes\n", (int)size);
  return 0;
}
