// What becomes of output.
#define _GNU_SOURCE
#include "pty.h"
static void write_with(tcflag_t output, const char* text) {
  struct termios settings;
  tcgetattr(slave, &settings);
  settings.c_oflag = output;
  tcsetattr(slave, TCSADRAIN, &settings);
  long done = write(slave, text, strlen(text));
  printf("%ld ", done);
  show_screen("screen");
}
int main(void) {
  open_pty();
  write_with(OPOST | ONLCR, "a\nb\r\nc");
  write_with(OPOST, "a\nb");
  write_with(0, "a\n\tb\r");
  write_with(OPOST | OCRNL, "a\rb");
  write_with(OPOST | ONOCR | ONLCR, "\n\rab\rc\r\r");
  write_with(OPOST | ONLCR | XTABS, "\na\tbc\t12345678\tx");
  write_with(OPOST | ONLCR | XTABS, "\n\001\ta\b\tx");
  write_with(OPOST | OLCUC, "abcXYZ1");
  write_with(OPOST | ONLRET | XTABS, "ab\ncd\tx");
  write_with(OPOST | ONLCR, "");
  return 0;
}
