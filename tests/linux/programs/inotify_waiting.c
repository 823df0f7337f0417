// inotify in poll and epoll, one event at a time, and many that are alike.
#include <poll.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include "results.h"

int main(void) {
  char place[] = "/tmp/inotifyXXXXXX", buffer[64];
  mkdtemp(place);
  chdir(place);
  int fd = inotify_init1(IN_NONBLOCK);
  int epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN}, out;
  SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
  SHOW(inotify_add_watch(fd, ".", IN_CREATE | IN_DELETE | IN_MODIFY));
  SHOW(epoll_wait(epoll, &out, 1, 0));
  int file = open("file", O_CREAT | O_WRONLY, 0600);
  SHOW(epoll_wait(epoll, &out, 1, 0));
  for (int i = 0; i < 10; ++i) write(file, "x", 1);
  unlink("file");
  for (int i = 0; i < 4; ++i) {
    long size = read(fd, buffer, 32);
    struct inotify_event* seen = (void*)buffer;
    if (size < 0) {
      printf("%s\n", error_name(errno));
    } else {
      printf("%ld %x %s\n", size, seen->mask, seen->name);
    }
  }
  SHOW(epoll_wait(epoll, &out, 1, 0));
  struct pollfd one = {fd, POLLIN | POLLOUT, 0};
  SHOW(poll(&one, 1, 0));
  pid_t child = fork();
  if (child == 0) {
    usleep(20000);
    mkdir("directory", 0700);
    _exit(0);
  }
  SHOW(poll(&one, 1, -1));
  printf("%x\n", one.revents);
  wait_for("child", child);
  rmdir("directory");
  chdir("/");
  rmdir(place);
}
