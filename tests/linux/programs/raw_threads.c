// Threads made by clone alone: shared parts, the words that are set and cleared, the group's end.
#include <sched.h>
#include <sys/mman.h>
#include "results.h"
enum {
  THREAD = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM,
  WORDS = CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID
};
static volatile int parent_word, child_word, saw, group_id;
static int body(void* argument) {
  saw = child_word != 0 && child_word == syscall(SYS_gettid) && parent_word == child_word;
  group_id = syscall(SYS_getpid);
  if (argument) close(9), chdir("/");
  return 0;
}
static int ends_group(void* status) {
  syscall(SYS_exit_group, (int)(long)status);
  return 0;
}
static char* new_stack(void) {
  return (char*)mmap(0, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + 65536;
}
static void run(void* argument) {
  int id = clone(body, new_stack(), THREAD | WORDS, argument, &parent_word, NULL, &child_word);
  while (child_word == 0 && !group_id) sched_yield();
  for (int now; (now = child_word) != 0;) syscall(SYS_futex, &child_word, 0, now, NULL, NULL, 0);
  printf("saw its number %d, same process %d, parent's word %d\n", saw, group_id == getpid(),
         parent_word == id);
}
static void group_ends(void) {
  clone(ends_group, new_stack(), THREAD, (void*)6);
  for (;;) pause();
}
int main(void) {
  enter_fresh_directory();
  char place[PATH_MAX];
  dup2(1, 9);
  run(NULL);
  child_word = group_id = 0;
  run((void*)1);
  printf("closed %d, in %s\n", fcntl(9, F_GETFD) < 0, getcwd(place, sizeof place));
  SHOW(waitpid(-1, NULL, __WALL));
  in_child("group", group_ends);
  return 0;
}
