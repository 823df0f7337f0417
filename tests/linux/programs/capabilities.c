// capget and capset, and what becomes of capabilities when the user changes.
#include <sys/prctl.h>
#include "results.h"
enum { VERSION = 0x20080522, CAP_CHOWN = 0, CAP_KILL = 5 };
struct header {
  uint32_t version;
  int pid;
};
static struct header header = {VERSION, 0};
static struct {
  uint32_t effective, permitted, inheritable;
} data[2];
static int has(int capability) {
  syscall(SYS_capget, &header, data);
  return data[0].effective >> capability & 1;
}
static void show_sets(const char* when) {
  syscall(SYS_capget, &header, data);
  printf("%s: chown effective %d permitted %d, kill effective %d permitted %d\n", when,
         data[0].effective >> CAP_CHOWN & 1, data[0].permitted >> CAP_CHOWN & 1,
         data[0].effective >> CAP_KILL & 1, data[0].permitted >> CAP_KILL & 1);
}
static void drop(void) {
  SHOW(has(CAP_CHOWN));
  data[0].effective &= ~(1U << CAP_CHOWN);
  SHOW(syscall(SYS_capset, &header, data));
  show_sets("lowered");
  SHOW(chown("file", 5, 5));
  data[0].effective |= 1U << CAP_CHOWN;
  SHOW(syscall(SYS_capset, &header, data));
  SHOW(chown("file", 5, 5));
  data[0].permitted &= ~(1U << CAP_CHOWN);
  SHOW(syscall(SYS_capset, &header, data));
  data[0].effective &= ~(1U << CAP_CHOWN);
  SHOW(syscall(SYS_capset, &header, data));
  show_sets("dropped");
  data[0].permitted |= 1U << CAP_CHOWN;
  SHOW(syscall(SYS_capset, &header, data));
}
static void changes_user(void) {
  setresuid(-1, 1000, -1);
  show_sets("effective user");
  setresuid(-1, 0, -1);
  show_sets("back");
  setresuid(1000, 1000, 1000);
  show_sets("all users");
}
static void keeps(void) {
  prctl(PR_SET_KEEPCAPS, 1);
  setresuid(1000, 1000, 1000);
  show_sets("kept");
  syscall(SYS_capget, &header, data);
  data[0].effective |= 1U << CAP_CHOWN;
  SHOW(syscall(SYS_capset, &header, data));
  SHOW(chown("file", 6, 6));
}
int main(void) {
  enter_fresh_directory();
  make_file("file", "");
  struct header wrong = {0x12345, 0};
  SHOW(syscall(SYS_capget, &wrong, data));
  SHOW(wrong.version == VERSION);
  wrong.version = 0;
  SHOW(syscall(SYS_capget, &wrong, NULL));
  SHOW(syscall(SYS_capget, BAD_POINTER, data));
  SHOW(syscall(SYS_capget, &header, BAD_POINTER));
  header.pid = 0x3fffffff;
  SHOW(syscall(SYS_capget, &header, data));
  header.pid = -1;
  SHOW(syscall(SYS_capget, &header, data));
  header.pid = 0;
  in_child("drop", drop);
  in_child("changes user", changes_user);
  in_child("keeps", keeps);
  return 0;
}
