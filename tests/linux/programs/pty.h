// Pseudo-terminals for tests: a master to type on and read from, and what programs see. Whoever
// includes this defines _GNU_SOURCE first.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int master, slave;

static void open_pty(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  master = posix_openpt(O_RDWR | O_NOCTTY);
  grantpt(master);
  unlockpt(master);
  slave = open(ptsname(master), O_RDWR | O_NOCTTY);
  if (master < 0 || slave < 0) {
    perror("pty");
    exit(1);
  }
}

static void show(const char* what, const char* bytes, long count) {
  printf("%s %ld: ", what, count);
  if (count < 0) printf("%s", strerror(errno));
  for (long i = 0; i < count; ++i) {
    unsigned char c = (unsigned char)bytes[i];
    if (c < 32 || c > 126 || c == '\\') {
      printf("\\%03o", c);
    } else {
      putchar(c);
    }
  }
  printf("\n");
}

// A call's result, and why it failed.
static void outcome(const char* what, long result) {
  const char* why = result < 0 ? strerror(errno) : "";
  printf("%s %ld %s\n", what, result, why);
}

static void type(const char* keys) {
  size_t length = strlen(keys);
  if (write(master, keys, length) != (ssize_t)length) printf("typing failed\n");
}

// Everything that comes within a moment; keys are handled in the background on Linux.
static void show_screen(const char* what) {
  char bytes[8192];
  long count = 0;
  struct pollfd wait = {.fd = master, .events = POLLIN};
  while (poll(&wait, 1, 100) == 1 && (wait.revents & POLLIN) && count < (long)sizeof bytes) {
    long got = read(master, bytes + count, sizeof bytes - (size_t)count);
    if (got <= 0) break;
    count += got;
  }
  show(what, bytes, count);
}

// What there is within a moment, or that there is nothing.
static void show_read(const char* what, size_t most) {
  char bytes[8192];
  struct pollfd wait = {.fd = slave, .events = POLLIN};
  if (poll(&wait, 1, 100) != 1) {
    printf("%s nothing\n", what);
    return;
  }
  show(what, bytes, read(slave, bytes, most));
}

static void change(tcflag_t input_off, tcflag_t input_on, tcflag_t local_off, tcflag_t local_on) {
  struct termios settings;
  tcgetattr(slave, &settings);
  settings.c_iflag = (settings.c_iflag & ~input_off) | input_on;
  settings.c_lflag = (settings.c_lflag & ~local_off) | local_on;
  tcsetattr(slave, TCSANOW, &settings);
}
