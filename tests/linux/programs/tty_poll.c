// Readiness of both sides, and reading and writing without waiting.
#define _GNU_SOURCE
#include "pty.h"
static void show_poll(const char* what) {
  usleep(30000);
  struct pollfd wait[2] = {{.fd = master, .events = POLLIN | POLLOUT},
                           {.fd = slave, .events = POLLIN | POLLOUT}};
  poll(wait, 2, 0);
  printf("%s: master %x slave %x\n", what, wait[0].revents, wait[1].revents);
}
int main(void) {
  open_pty();
  char bytes[100];
  show_poll("fresh");
  type("no line");
  show_poll("typed");
  read(master, bytes, sizeof bytes);
  show_poll("echo read");
  type("\n");
  show_poll("line");
  read(slave, bytes, sizeof bytes);
  show_poll("line read");
  read(master, bytes, sizeof bytes);
  show_poll("all read");
  fcntl(slave, F_SETFL, O_NONBLOCK);
  fcntl(master, F_SETFL, O_NONBLOCK);
  show("slave", bytes, read(slave, bytes, sizeof bytes));
  show("master", bytes, read(master, bytes, sizeof bytes));
  struct termios settings;
  tcgetattr(slave, &settings);
  cfmakeraw(&settings);
  tcsetattr(slave, TCSANOW, &settings);
  type("x");
  show_poll("raw");
  show("slave", bytes, read(slave, bytes, sizeof bytes));
  show_poll("raw read");
  // One that waits for data is woken.
  fcntl(slave, F_SETFL, 0);
  pid_t pid = fork();
  if (pid == 0) {
    usleep(100000);
    type("woken");
    _exit(0);
  }
  show("woken", bytes, read(slave, bytes, sizeof bytes));
  waitpid(pid, 0, 0);
  // Much output waits for the master.
  pid = fork();
  if (pid == 0) {
    static char much[200000];
    memset(much, 'm', sizeof much);
    long done = write(slave, much, sizeof much);
    _exit(done == sizeof much ? 0 : 1);
  }
  fcntl(master, F_SETFL, 0);
  long total = 0;
  static char piece[5000];
  while (total < 200000) {
    long got = read(master, piece, sizeof piece);
    if (got <= 0) break;
    total += got;
  }
  int status;
  waitpid(pid, &status, 0);
  printf("much %ld %d\n", total, status);
  return 0;
}
