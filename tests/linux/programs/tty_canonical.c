// Lines are edited before they are read.
#define _GNU_SOURCE
#include "pty.h"
int main(void) {
  open_pty();
  type("hello\n");
  show_read("line", 100);
  show_screen("echo");
  type("one\ntwo\n");
  show_read("first", 100);
  show_read("piece", 2);
  show_read("rest", 100);
  show_read("none", 100);
  type("abc\177\177x\r");
  show_read("erased", 100);
  show_screen("echo");
  type("one two  \027x\n");
  show_read("word", 100);
  show_screen("echo");
  type("wrong\025right\n");
  show_read("kill", 100);
  show_screen("echo");
  type("a\026\003b\n");
  show_read("literal", 100);
  show_screen("echo");
  type("ab\tc\177\177\177x\n");
  show_read("tab", 100);
  show_screen("echo");
  type("\001\002");
  show_screen("control");
  type("\177\177\n");
  show_screen("control erased");
  show_read("empty", 100);
  type("redo\022\n");
  show_screen("reprint");
  show_read("redo", 100);
  change(0, 0, ECHO, 0);
  type("secret\n");
  show_screen("no echo");
  show_read("secret", 100);
  change(0, 0, 0, ECHONL);
  type("x\n");
  show_screen("newline only");
  show_read("x", 100);
  change(0, 0, ECHOKE, ECHO);
  type("abc\025d\n");
  show_screen("kill shown");
  show_read("d", 100);
  change(0, 0, ECHOE, 0);
  type("ab\177c\n");
  show_screen("erase shown");
  show_read("ac", 100);
  change(0, 0, ECHOCTL, 0);
  type("\001\n");
  show_screen("control as it is");
  show_read("control", 100);
  return 0;
}
