// What a shell does for `<`, `>`, `>>` and `2>&1`, and for a pipeline with a here-document.
#include "results.h"
static void run(const char* command, int in, int out, int err) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    if (in != 0) dup2(in, 0);
    if (out != 1) dup2(out, 1);
    if (err != 2) dup2(err, 2);
    for (int fd = 3; fd < 64; ++fd) close(fd);
    execl("/bin/sh", "sh", "-c", command, NULL);
    _exit(127);
  }
  wait_for(command, child);
}
int main(void) {
  enter_fresh_directory();
  make_file("in", "first\nsecond\n");
  int in = open("in", O_RDONLY), out = open("out", O_RDWR | O_CREAT | O_TRUNC, 0644);
  run("cat", in, out, 2);
  show_file("out");
  run("read line; echo \"got $line\"", (lseek(in, 0, SEEK_SET), in), out, 2);
  show_file("out");
  int append = open("out", O_WRONLY | O_APPEND);
  run("echo error >&2; echo text", 0, append, append);
  show_file("out");
  int fds[2];
  pipe(fds);
  write(fds[1], "c\na\nb\n", 6), close(fds[1]);
  run("sort", fds[0], 1, 2);
  run("echo none", 0, open("/dev/full", O_WRONLY), open("/dev/null", O_WRONLY));
  return 0;
}
