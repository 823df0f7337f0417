// Handlers that make calls of their own while the program is in one, thousands of times.
#include "signals.h"
static int fds[2];
static volatile int handled;
static void handler(int number, siginfo_t* info, void* context) {
  int saved = errno;
  struct stat about;
  char c;
  stat("/", &about), write(fds[1], "x", 1), read(fds[0], &c, 1), getppid();
  ++handled;
  errno = saved;
}
int main(void) {
  enter_fresh_directory();
  char name[32];
  int errors = 0;
  pipe(fds);
  on(SIGALRM, SA_RESTART, handler);
  alarms_every_millisecond();
  for (int i = 0; handled < 20 || i < 300; ++i) {
    sprintf(name, "file%d", i % 10);
    int fd = open(name, O_RDWR | O_CREAT, 0600), value = -1;
    errors += fd < 0 || pwrite(fd, &i, sizeof i, 0) != sizeof i ||
              pread(fd, &value, sizeof value, 0) != sizeof value;
    errors += value != i || close(fd) || unlink(name);
    pid_t child = i % 50 == 0 ? fork() : 1;
    if (child == 0) _exit(0);
    errors += child < 0 || (child > 1 && waitpid(child, NULL, 0) != child);
  }
  no_alarms();
  printf("%d errors, handled enough %d\n", errors, handled >= 20);
  return 0;
}
