// Limits: getting, setting, other processes', and what is refused.
#include <sys/resource.h>
#include "results.h"

static void as_nobody(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_max = 64;
  limit.rlim_cur = 32;
  SHOW(setrlimit(RLIMIT_NOFILE, &limit));
  limit.rlim_max = 65;
  SHOW(setrlimit(RLIMIT_NOFILE, &limit));
  limit.rlim_max = 64;
  limit.rlim_cur = 64;
  SHOW(setrlimit(RLIMIT_NOFILE, &limit));
  SHOW(prlimit(getppid(), RLIMIT_NOFILE, 0, &limit));
}

int main(void) {
  struct rlimit limit = {10, 20}, old;
  SHOW(prlimit(0, RLIMIT_CORE, &limit, &old));
  SHOW(prlimit(getpid(), RLIMIT_CORE, 0, &old));
  printf("%ld %ld\n", (long)old.rlim_cur, (long)old.rlim_max);
  pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  SHOW(prlimit(child, RLIMIT_CORE, 0, &old));
  printf("%ld %ld\n", (long)old.rlim_cur, (long)old.rlim_max);
  limit.rlim_cur = 5;
  SHOW(prlimit(child, RLIMIT_CORE, &limit, 0));
  SHOW(prlimit(child, RLIMIT_CORE, 0, &old));
  printf("%ld\n", (long)old.rlim_cur);
  kill(child, SIGKILL);
  waitpid(child, 0, 0);
  SHOW(prlimit(child, RLIMIT_CORE, 0, &old));
  limit.rlim_cur = 21;
  SHOW(setrlimit(RLIMIT_CORE, &limit));
  SHOW(setrlimit(99, &limit));
  SHOW(getrlimit(-1, &limit));
  SHOW(syscall(SYS_prlimit64, 0, RLIMIT_CORE, BAD_POINTER, 0));
  SHOW(syscall(SYS_prlimit64, 0, RLIMIT_CORE, 0, BAD_POINTER));
  limit.rlim_cur = 6;
  limit.rlim_max = 100;
  SHOW(setrlimit(RLIMIT_NOFILE, &limit));
  SHOW_OK(dup(0));
  SHOW_OK(dup(0));
  SHOW_OK(dup(0));
  SHOW_OK(dup(0));
  int ends[2];
  SHOW(pipe(ends));
  SHOW(dup2(0, 6));
  SHOW(fcntl(0, F_DUPFD, 6));
  as_user(1234, as_nobody);
}
