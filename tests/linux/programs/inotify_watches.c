// inotify: the life of watches, and what is refused.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>
#include "results.h"

static int fd;
static void events(const char* what) {
  char buffer[4096];
  long size = read(fd, buffer, sizeof buffer);
  printf("%s:", what);
  for (long at = 0; at < size;) {
    struct inotify_event* event = (void*)(buffer + at);
    printf(" %d/%x/%s", event->wd, event->mask, event->len ? event->name : "");
    at += sizeof *event + event->len;
  }
  printf("\n");
}
static void* later(void* unused) {
  usleep(20000);
  close(open("file", O_RDONLY));
  return unused;
}

int main(void) {
  char place[] = "/tmp/inotifyXXXXXX";
  mkdtemp(place);
  chdir(place);
  close(open("file", O_CREAT | O_RDWR, 0600));
  symlink("file", "link");
  fd = inotify_init();
  fcntl(fd, F_SETFL, O_NONBLOCK);
  SHOW(inotify_add_watch(fd, "file", IN_OPEN));
  SHOW(inotify_add_watch(fd, "link", IN_CLOSE | IN_MASK_ADD));
  SHOW(inotify_add_watch(fd, "file", IN_CLOSE | IN_MASK_CREATE));
  SHOW(inotify_add_watch(fd, "link", IN_ALL_EVENTS | IN_DONT_FOLLOW));
  close(open("link", O_RDONLY));
  events("open");
  SHOW(inotify_add_watch(fd, "file", IN_ATTRIB));
  close(open("file", O_RDONLY));
  chmod("file", 0640);
  events("attrib");
  SHOW(inotify_rm_watch(fd, 1));
  events("removed");
  SHOW(inotify_rm_watch(fd, 1));
  SHOW(inotify_add_watch(fd, "file", IN_OPEN | IN_ONESHOT));
  close(open("file", O_RDONLY));
  close(open("file", O_RDONLY));
  events("once");
  SHOW(inotify_add_watch(fd, "file", IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB));
  rename("file", "other");
  int open_file = open("other", O_RDONLY);
  unlink("other");
  events("unlinked");
  close(open_file);
  events("gone");
  SHOW(inotify_add_watch(fd, "nothing", IN_OPEN));
  SHOW(inotify_add_watch(fd, "link", IN_OPEN));
  SHOW(inotify_add_watch(fd, ".", 0));
  SHOW(inotify_add_watch(fd, ".", IN_MASK_ADD | IN_MASK_CREATE | IN_OPEN));
  SHOW(inotify_add_watch(0, ".", IN_OPEN));
  SHOW(inotify_add_watch(99, ".", IN_OPEN));
  close(open("file", O_CREAT | O_RDWR, 0600));
  SHOW(inotify_add_watch(fd, "file", IN_OPEN | IN_ONLYDIR));
  SHOW(inotify_init1(1));
  SHOW(inotify_rm_watch(0, 1));
  fcntl(fd, F_SETFL, 0);
  SHOW(inotify_add_watch(fd, ".", IN_OPEN));
  pthread_t thread;
  pthread_create(&thread, 0, later, 0);
  events("waited");
  pthread_join(thread, 0);
  unlink("file");
  unlink("link");
  chdir("/");
  rmdir(place);
}
