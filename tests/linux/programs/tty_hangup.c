// What is left when one side of a pseudo-terminal has gone.
#define _GNU_SOURCE
#include "pty.h"
static void show_poll(const char* what, int fd) {
  struct pollfd wait = {.fd = fd, .events = POLLIN | POLLOUT};
  poll(&wait, 1, 100);
  printf("%s poll in %d out %d hup %d err %d\n", what, !!(wait.revents & POLLIN),
         !!(wait.revents & POLLOUT), !!(wait.revents & POLLHUP), !!(wait.revents & POLLERR));
}
int main(void) {
  char bytes[100];
  open_pty();
  show_poll("master", master);
  show_poll("slave", slave);
  write(slave, "last words", 10);
  close(slave);
  show("master drains", bytes, read(master, bytes, sizeof bytes));
  show("master then", bytes, read(master, bytes, sizeof bytes));
  show_poll("master without slave", master);
  slave = open(ptsname(master), O_RDWR | O_NOCTTY);
  show_poll("master with slave again", master);
  write(slave, "more", 4);
  show("master reads", bytes, read(master, bytes, sizeof bytes));
  type("left\n");
  usleep(50000);
  char name[64];
  strcpy(name, ptsname(master));
  close(master);
  show_poll("slave without master", slave);
  long got = read(slave, bytes, sizeof bytes);
  printf("slave read %d\n", got == 0 || got == 5);
  show("slave then", bytes, read(slave, bytes, sizeof bytes));
  show("slave write", bytes, write(slave, "x", 1));
  struct termios settings;
  int done = tcgetattr(slave, &settings);
  outcome("settings", done);
  int again = open(name, O_RDWR | O_NOCTTY);
  outcome("name gone", again);
  return 0;
}
