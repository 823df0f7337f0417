// Pipes between processes; end of file; SIGPIPE.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  int ends[2];
  pipe(ends);
  if (fork() == 0) {
    close(ends[0]);
    for (int i = 0; i < 1000; ++i) {
      char line[32];
      int n = snprintf(line, sizeof line, "line %d\n", i);
      if (write(ends[1], line, (size_t)n) != n) _exit(1);
    }
    _exit(0);
  }
  close(ends[1]);
  char buffer[300];
  long bytes = 0, sum = 0;
  for (ssize_t got; (got = read(ends[0], buffer, sizeof buffer)) > 0; bytes += got)
    for (ssize_t i = 0; i < got; ++i) sum += buffer[i];
  printf("%ld bytes, sum %ld\n", bytes, sum);
  int status;
  wait(&status);
  printf("%d\n", status);
  close(ends[0]);
  pipe(ends);
  close(ends[0]);
  if (fork() == 0) {
    write(ends[1], "x", 1);
    _exit(0);
  }
  wait(&status);
  printf("signal %d\n", WTERMSIG(status));
  signal(SIGPIPE, SIG_IGN);
  ssize_t done = write(ends[1], "x", 1);
  printf("%zd %s\n", done, strerror(errno));
  pipe(ends);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  done = read(ends[0], buffer, 1);
  printf("%zd %s\n", done, strerror(errno));
  return 0;
}
