// epoll on sockets, by level and by edge.
#include <sys/epoll.h>
#include "sockets.h"

static void show_events(const char* who, int watcher) {
  struct epoll_event events[4];
  int count = epoll_wait(watcher, events, 4, 0);
  printf("%s: %d", who, count);
  for (int i = 0; i < count; ++i) printf(" (%d %x)", events[i].data.fd, events[i].events);
  printf("\n");
}

static void watch(int watcher, int fd, int name, unsigned events) {
  struct epoll_event event = {events, {.fd = name}};
  if (epoll_ctl(watcher, EPOLL_CTL_ADD, fd, &event)) printf("%s\n", error_name(errno));
}

int main(void) {
  int ends[2], watcher = epoll_create1(0);
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  watch(watcher, ends[0], 1, EPOLLIN | EPOLLRDHUP);
  show_events("fresh", watcher);
  write(ends[1], "abc", 3);
  show_events("data", watcher);
  show_events("still", watcher);
  char text[8];
  read(ends[0], text, 8);
  show_events("read", watcher);
  struct epoll_event event = {EPOLLIN | EPOLLET, {.fd = 2}};
  epoll_ctl(watcher, EPOLL_CTL_MOD, ends[0], &event);
  show_events("edge", watcher);
  write(ends[1], "a", 1);
  show_events("edge data", watcher);
  show_events("edge again", watcher);
  write(ends[1], "b", 1);
  show_events("edge more", watcher);
  close(ends[1]);
  show_events("closed", watcher);
  int listener = listen_inet(1);
  watch(watcher, listener, 3, EPOLLIN);
  int client = socket(AF_INET, SOCK_STREAM, 0);
  connect_inet(client, "127.0.0.1", port_of(listener));
  close(ends[0]);
  show_events("called", watcher);
  int server = accept(listener, NULL, NULL);
  watch(watcher, server, 4, EPOLLIN | EPOLLOUT | EPOLLONESHOT);
  show_events("accepted", watcher);
  show_events("once", watcher);
  return 0;
}
