// What becomes of capabilities when the user changes, with and without PR_SET_KEEPCAPS.
#include <sys/prctl.h>
#include "results.h"

static struct {
  uint32_t version;
  int pid;
} header = {0x20080522, 0};
static struct {
  uint32_t effective, permitted, inheritable;
} data[2];
static void tell(void) {
  SHOW(syscall(SYS_capget, &header, data));
  printf("effective %d, permitted %d\n", data[0].effective != 0, data[0].permitted != 0);
}
static void plain(void) {
  setresuid(1000, 1000, 1000);
  tell();
}
static void kept(void) {
  prctl(PR_SET_KEEPCAPS, 1);
  setresuid(1000, 1000, 1000);
  tell();
  data[0].effective = 1 << 7;
  data[0].permitted = 1 << 7;
  data[1].effective = data[1].permitted = 0;
  SHOW(syscall(SYS_capset, &header, data));
  SHOW(setuid(2000));
  data[0].permitted = 1 << 8;
  SHOW(syscall(SYS_capset, &header, data));
}
static void effective_alone(void) {
  seteuid(1000);
  tell();
  seteuid(0);
  tell();
}
int main(void) {
  in_child("plain", plain);
  in_child("kept", kept);
  in_child("effective", effective_alone);
  header.version = 1;
  SHOW(syscall(SYS_capget, &header, data));
  printf("%x\n", header.version);
  header.pid = 999999;
  SHOW(syscall(SYS_capget, &header, data));
  header.pid = -1;
  SHOW(syscall(SYS_capget, &header, data));
}
