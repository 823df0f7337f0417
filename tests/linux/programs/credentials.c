// setuid and its kin: what a user and the superuser may change, and the saved ids.
#include <sys/fsuid.h>
#include "results.h"
static void show_ids(void) {
  uid_t r, e, s;
  gid_t rg, eg, sg;
  getresuid(&r, &e, &s), getresgid(&rg, &eg, &sg);
  printf("users %d %d %d, groups %d %d %d\n", r, e, s, rg, eg, sg);
}
// The call's name rather than its number, which an architecture has of its own.
#define DO(call) (show_result("syscall " #call, (errno = 0, syscall call)), show_ids())
static void from_mixed(void) {
  DO((SYS_setresgid, 10, 20, 30));
  DO((SYS_setresuid, 1, 2, 3));
  DO((SYS_setuid, 5));
  DO((SYS_setuid, 3));
  DO((SYS_setuid, 1));
  DO((SYS_setresuid, -1, 2, -1));
  DO((SYS_setresuid, 3, 3, 2));
  DO((SYS_setresuid, 4, -1, -1));
  DO((SYS_setreuid, 2, 3));
  DO((SYS_setresuid, 1, 1, 1));
  DO((SYS_setgid, 30));
  DO((SYS_setgid, 40));
  DO((SYS_setregid, 30, 10));
  DO((SYS_setregid, 10, -1));
  DO((SYS_setresgid, -1, -1, -1));
}
static void saved(void) {
  DO((SYS_setreuid, 1000, -1));
  DO((SYS_setreuid, -1, 2000));
  DO((SYS_setreuid, 0, 0));
  DO((SYS_setreuid, 2000, 1000));
  DO((SYS_setuid, 0));
}
static void superuser(void) {
  DO((SYS_setreuid, -1, 1000));
  DO((SYS_setuid, 0));
  DO((SYS_setuid, 1000));
  DO((SYS_setuid, 0));
}
int main(void) {
  SHOW(setuid(-1));
  SHOW(setgid(-1));
  SHOW(syscall(SYS_getresuid, BAD_POINTER, BAD_POINTER, BAD_POINTER));
  SHOW(setfsuid(500));
  SHOW(setfsuid(-1));
  SHOW(setfsuid(0));
  SHOW(setfsgid(500));
  SHOW(setfsgid(0));
  in_child("mixed", from_mixed);
  in_child("saved", saved);
  in_child("superuser", superuser);
  return 0;
}
