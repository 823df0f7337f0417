// Raw mode: VMIN and VTIME, and nothing translated.
#define _GNU_SOURCE
#include <time.h>
#include "pty.h"
static void set(int min, int time) {
  struct termios settings;
  tcgetattr(slave, &settings);
  settings.c_cc[VMIN] = (cc_t)min;
  settings.c_cc[VTIME] = (cc_t)time;
  tcsetattr(slave, TCSANOW, &settings);
}
static struct timespec begin;
static void type_later(const char* keys, int ms) {
  clock_gettime(CLOCK_MONOTONIC, &begin);
  if (fork() != 0) return;
  usleep((unsigned)ms * 1000);
  type(keys);
  _exit(0);
}
static void read_it(const char* what, size_t most) {
  char bytes[100];
  show(what, bytes, read(slave, bytes, most));
  while (waitpid(-1, 0, WNOHANG) > 0) {
  }
}
// As read_it, and whether that took as long as it must; a busy system may make it longer.
static void read_in_time(const char* what, size_t most, long least_ms) {
  read_it(what, most);
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  long ms = (end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000;
  printf("%s\n", ms >= least_ms ? "in time" : "too soon");
}
int main(void) {
  open_pty();
  struct termios settings;
  tcgetattr(slave, &settings);
  cfmakeraw(&settings);
  tcsetattr(slave, TCSANOW, &settings);
  type("\r\n\003\004\177\023");
  usleep(50000);
  read_it("bytes", 100);
  show_screen("no echo");
  set(0, 0);
  read_it("nothing", 100);
  set(0, 2);
  clock_gettime(CLOCK_MONOTONIC, &begin);
  read_in_time("no byte in time", 100, 190);
  type_later("x", 100);
  set(0, 50);
  read_in_time("a byte in time", 100, 100);
  set(3, 0);
  type("ab");
  usleep(50000);
  struct pollfd wait = {.fd = slave, .events = POLLIN};
  printf("poll for three: %d\n", poll(&wait, 1, 0));
  type_later("cd", 150);
  read_in_time("at least three", 100, 150);
  type("ab");
  usleep(50000);
  read_it("no more than asked for", 2);
  set(10, 2);
  type("ab");
  usleep(50000);
  clock_gettime(CLOCK_MONOTONIC, &begin);
  read_in_time("a pause ends it", 100, 190);
  type_later("later", 150);
  read_in_time("waits for the first", 5, 150);
  return 0;
}
