// /proc/PID/oom_score_adj: what it takes, and that a child has its parent's.
#include <fcntl.h>
#include "results.h"

static void say(const char* text) {
  int fd = open("/proc/self/oom_score_adj", O_WRONLY);
  printf("%s: ", text);
  SHOW(write(fd, text, strlen(text)));
  close(fd);
}
static void show(void) {
  char text[16] = "";
  int fd = open("/proc/self/oom_score_adj", O_RDONLY);
  read(fd, text, sizeof text - 1);
  close(fd);
  printf("%s", text);
}

int main(void) {
  say("300");
  show();
  say("1000\n");
  show();
  say("1001");
  say("-1001");
  say("all");
  say("5 6");
  show();
  fflush(stdout);
  if (fork() == 0) {
    show();
    fflush(stdout);
    _exit(0);
  }
  wait(0);
}
