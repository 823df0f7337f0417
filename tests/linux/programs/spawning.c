// posix_spawn: file actions, attributes, and errors that come back from the child.
#include <spawn.h>
#include "results.h"
extern char** environ;
static char self[PATH_MAX];
static void spawn(const char* what, const char* path, posix_spawn_file_actions_t* actions,
                  posix_spawnattr_t* attributes, char* argument) {
  pid_t child;
  fflush(stdout);
  int error =
      posix_spawn(&child, path, actions, attributes, (char*[]){"name", argument, NULL}, environ);
  if (error) {
    printf("%s: %s\n", what, error_name(error));
  } else {
    wait_for(what, child);
  }
}
int main(int count, char** arguments) {
  if (count > 1) {
    sigset_t mask;
    sigprocmask(SIG_BLOCK, NULL, &mask);
    char text[16] = {0};
    if (!strcmp(arguments[1], "files"))
      printf("%zd %s %d\n", read(5, text, 15), text, fcntl(6, F_GETFD));
    printf("leader %d, blocked %d, ignored %d\n", getpgrp() == getpid(),
           sigismember(&mask, SIGUSR1), signal(SIGUSR2, SIG_DFL) == SIG_IGN);
    return 7;
  }
  realpath(arguments[0], self);
  enter_fresh_directory();
  make_file("file", "content");
  spawn("plain", self, NULL, NULL, "plain");
  spawn("missing", "/missing", NULL, NULL, "x");
  spawn("no program", "file", NULL, NULL, "x");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 5, "file", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 6, "file", O_RDONLY, 0);
  posix_spawn_file_actions_addclose(&actions, 6);
  spawn("files", self, &actions, NULL, "files");
  posix_spawn_file_actions_addopen(&actions, 7, "absent", O_RDONLY, 0);
  spawn("failing action", self, &actions, NULL, "files");
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t mask;
  sigemptyset(&mask), sigaddset(&mask, SIGUSR1);
  posix_spawnattr_setsigmask(&attributes, &mask), posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  signal(SIGUSR2, SIG_IGN);
  spawn("attributes", self, NULL, &attributes, "attributes");
  sigemptyset(&mask), sigaddset(&mask, SIGUSR2);
  posix_spawnattr_setsigdefault(&attributes, &mask);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  spawn("defaults", self, NULL, &attributes, "defaults");
  return 0;
}
