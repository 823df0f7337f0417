// getrlimit, setrlimit and prlimit: bounds, rights, and what children get.
#include <sys/resource.h>
#include "results.h"
static pid_t parent;
#define LIMIT(pid, what, ...) syscall(SYS_prlimit64, pid, what, __VA_ARGS__)
static void show_limit(int what) {
  struct rlimit limit;
  getrlimit(what, &limit);
  printf("%ld %ld\n", (long)limit.rlim_cur, (long)limit.rlim_max);
}
static void user(void) {
  struct rlimit old;
  SHOW(setrlimit(RLIMIT_NOFILE, &(struct rlimit){100, 201}));
  SHOW(setrlimit(RLIMIT_NOFILE, &(struct rlimit){200, 200}));
  SHOW(setrlimit(RLIMIT_NOFILE, &(struct rlimit){50, 150}));
  SHOW(setrlimit(RLIMIT_NOFILE, &(struct rlimit){160, 160}));
  show_limit(RLIMIT_NOFILE);
  SHOW(LIMIT(parent, RLIMIT_NOFILE, NULL, &old));
  SHOW(LIMIT(0, RLIMIT_NOFILE, NULL, &old));
}
int main(void) {
  struct rlimit limit, high = {10, 5};
  parent = getpid();
  SHOW(getrlimit(99, &limit));
  SHOW(getrlimit(-1, &limit));
  SHOW(setrlimit(99, &limit));
  SHOW(setrlimit(RLIMIT_CORE, &high));
  SHOW(syscall(SYS_getrlimit, RLIMIT_CORE, BAD_POINTER));
  SHOW(syscall(SYS_setrlimit, RLIMIT_CORE, BAD_POINTER));
  SHOW(setrlimit(RLIMIT_NOFILE, &(struct rlimit){100, 200}));
  show_limit(RLIMIT_NOFILE);
  SHOW(LIMIT(0, RLIMIT_NOFILE, &(struct rlimit){120, 200}, &limit));
  printf("%ld %ld\n", (long)limit.rlim_cur, (long)limit.rlim_max);
  SHOW(LIMIT(0x3fffffff, RLIMIT_NOFILE, NULL, &limit));
  SHOW(LIMIT(0, RLIMIT_NOFILE, BAD_POINTER, &limit));
  SHOW(LIMIT(0, RLIMIT_NOFILE, NULL, BAD_POINTER));
  SHOW(LIMIT(0, 99, NULL, NULL));
  SHOW(setrlimit(RLIMIT_CPU, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY}));
  show_limit(RLIMIT_CPU);
  pid_t child = fork();
  if (child == 0) pause();
  SHOW(LIMIT(child, RLIMIT_NOFILE, &(struct rlimit){30, 40}, &limit));
  printf("%ld %ld\n", (long)limit.rlim_cur, (long)limit.rlim_max);
  SHOW(LIMIT(child, RLIMIT_NOFILE, NULL, &limit));
  printf("%ld %ld\n", (long)limit.rlim_cur, (long)limit.rlim_max);
  show_limit(RLIMIT_NOFILE);
  kill(child, SIGKILL), wait(NULL);
  as_user(1000, user);
  show_limit(RLIMIT_NOFILE);
  return 0;
}
