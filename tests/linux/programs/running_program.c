// A program that runs cannot be written to, but be replaced, removed and read.
#include "results.h"
static char self[PATH_MAX];
int main(int count, char** arguments) {
  if (count > 1) {
    char c;
    write(atoi(arguments[2]), "x", 1);
    read(atoi(arguments[1]), &c, 1);
    return 0;
  }
  realpath(arguments[0], self);
  enter_fresh_directory();
  int end[2], begun[2];
  char from[8], to[8], buffer[1 << 16];
  pipe(end), pipe(begun);
  snprintf(from, sizeof from, "%d", end[0]), snprintf(to, sizeof to, "%d", begun[1]);
  int in = open(self, O_RDONLY), out = open("copy", O_WRONLY | O_CREAT, 0755);
  for (ssize_t got; (got = read(in, buffer, sizeof buffer)) > 0;) write(out, buffer, got);
  if (fork() == 0) {
    SHOW(execl("copy", "copy", from, to, NULL));
    _exit(0);
  }
  wait(NULL);
  close(out);
  pid_t child = fork();
  if (child == 0) {
    execl("copy", "copy", from, to, NULL);
  }
  read(begun[0], buffer, 1);
  SHOW_OK(open("copy", O_WRONLY));
  SHOW_OK(open("copy", O_RDWR));
  SHOW_OK(open("copy", O_RDONLY));
  SHOW_OK(open("copy", O_RDONLY | O_TRUNC));
  struct stat info;
  stat("copy", &info);
  SHOW(info.st_size > 0);
  SHOW(truncate("copy", 0));
  SHOW(chmod("copy", 0700));
  SHOW(rename("copy", "other"));
  SHOW(unlink("other"));
  write(end[1], "x", 1);
  wait_for("child", child);
  return 0;
}
