// inotify: what happens in a directory and to it.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "results.h"

static int fd;
static void events(const char* what) {
  char buffer[4096];
  long size = read(fd, buffer, sizeof buffer);
  printf("%s:", what);
  for (long at = 0; at < size;) {
    struct inotify_event* event = (void*)(buffer + at);
    printf(" %d/%x%s/%s/%u", event->wd, event->mask, event->cookie ? "c" : "",
           event->len ? event->name : "", event->len);
    at += sizeof *event + event->len;
  }
  printf("\n");
}

int main(void) {
  char place[] = "/tmp/inotifyXXXXXX";
  mkdtemp(place);
  chdir(place);
  fd = inotify_init1(IN_NONBLOCK);
  printf("%d\n", inotify_add_watch(fd, ".", IN_ALL_EVENTS));
  int file = open("file", O_CREAT | O_RDWR, 0600);
  events("create");
  write(file, "x", 1);
  write(file, "y", 1);
  events("write");
  char c;
  pread(file, &c, 1, 0);
  events("read");
  fchmod(file, 0644);
  events("chmod");
  close(file);
  events("close");
  rename("file", "a longer name than that");
  events("rename");
  mkdir("directory", 0700);
  symlink("nothing", "link");
  link("a longer name than that", "second");
  events("mkdir, symlink, link");
  unlink("second");
  unlink("link");
  rmdir("directory");
  events("removals");
  truncate("a longer name than that", 0);
  events("truncate");
  unlink("a longer name than that");
  events("unlink");
  int bytes = -1;
  SHOW(ioctl(fd, FIONREAD, &bytes));
  printf("%d\n", bytes);
  mkdir("directory", 0700);
  SHOW(ioctl(fd, FIONREAD, &bytes));
  printf("%d\n", bytes);
  SHOW(read(fd, &bytes, 4));
  struct pollfd one = {fd, POLLIN, 0};
  SHOW(poll(&one, 1, 0));
  events("directory");
  rmdir("directory");
  events("rmdir");
  chdir("/");
  rmdir(place);
  events("itself");
  SHOW(inotify_rm_watch(fd, 1));
}
