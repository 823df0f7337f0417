// Stopping output, and packet mode.
#define _GNU_SOURCE
#include "pty.h"
int main(void) {
  open_pty();
  int on = 1;
  fcntl(slave, F_SETFL, O_NONBLOCK);
  printf("stop %d\n", tcflow(slave, TCOOFF));
  long done = write(slave, "held", 4);
  printf("write %ld %s\n", done, done < 0 ? strerror(errno) : "");
  struct pollfd wait = {.fd = slave, .events = POLLOUT};
  printf("poll %d\n", poll(&wait, 1, 0));
  printf("start %d\n", tcflow(slave, TCOON));
  printf("write %ld\n", (long)write(slave, "held", 4));
  show_screen("screen");
  type("\023");
  usleep(50000);
  printf("poll %d\n", poll(&wait, 1, 0));
  type("\021");
  usleep(50000);
  printf("poll %d\n", poll(&wait, 1, 0));
  outcome("bad action", ioctl(slave, TCXONC, 9));
  outcome("bad queue", ioctl(slave, TCFLSH, 9));
  printf("packets %d\n", ioctl(master, TIOCPKT, &on));
  char bytes[100];
  write(slave, "data", 4);
  show("data", bytes, read(master, bytes, sizeof bytes));
  tcflow(slave, TCOOFF);
  wait = (struct pollfd){.fd = master, .events = POLLIN | POLLPRI};
  poll(&wait, 1, 100);
  printf("poll in %d pri %d\n", !!(wait.revents & POLLIN), !!(wait.revents & POLLPRI));
  show("stopped", bytes, read(master, bytes, sizeof bytes));
  tcflow(slave, TCOON);
  show("started", bytes, read(master, bytes, sizeof bytes));
  tcflush(slave, TCIFLUSH);
  show("flushed", bytes, read(master, bytes, sizeof bytes));
  change(IXON, 0, 0, 0);
  show("no flow", bytes, read(master, bytes, sizeof bytes));
  change(0, IXON, 0, 0);
  show("flow", bytes, read(master, bytes, sizeof bytes));
  write(slave, "one", 3);
  show("one byte", bytes, read(master, bytes, 1));
  show("the rest", bytes, read(master, bytes, 100));
  on = 0;
  ioctl(master, TIOCPKT, &on);
  write(slave, "plain", 5);
  show("plain", bytes, read(master, bytes, sizeof bytes));
  return 0;
}
