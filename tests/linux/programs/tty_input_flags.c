// Translation of what is typed.
#define _GNU_SOURCE
#include "pty.h"
static void try_it(const char* what, tcflag_t input, const char* keys) {
  struct termios settings;
  tcgetattr(slave, &settings);
  settings.c_iflag = input;
  settings.c_lflag = 0;
  settings.c_cc[VMIN] = 1;
  tcsetattr(slave, TCSANOW, &settings);
  type(keys);
  usleep(30000);
  show_read(what, 100);
}
int main(void) {
  open_pty();
  try_it("plain", 0, "a\r\nB\377");
  try_it("icrnl", ICRNL, "a\r\nB");
  try_it("inlcr", INLCR, "a\r\nB");
  try_it("igncr", IGNCR | ICRNL, "a\r\nB");
  try_it("both", ICRNL | INLCR, "a\r\nB");
  try_it("istrip", ISTRIP, "\301\302\377");
  try_it("parmrk", PARMRK, "a\377b");
  try_it("ixon", IXON, "a\023b\021c");
  return 0;
}
