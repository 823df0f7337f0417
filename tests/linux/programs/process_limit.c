// RLIMIT_NPROC counts a user's processes and threads, and does not bind the superuser.
#include <pthread.h>
#include <sys/resource.h>
#include "results.h"
static void* wait_long(void* fd) {
  char c;
  read(*(int*)fd, &c, 1);
  return NULL;
}
static void limited(void) {
  int fds[2], made = 0;
  pipe(fds);
  setrlimit(RLIMIT_NPROC, &(struct rlimit){4, 4});
  for (int i = 0; i < 6; ++i) {
    pid_t child = fork();
    if (child == 0) {
      char c;
      close(fds[1]);
      read(fds[0], &c, 1);
      _exit(0);
    }
    printf("%s\n", child > 0 ? "made" : error_name(errno));
  }
  close(fds[1]);
  while (wait(NULL) > 0) continue;
  pipe(fds);
  pthread_t threads[6];
  for (int i = 0; i < 6; ++i) made += pthread_create(&threads[i], NULL, wait_long, &fds[0]) == 0;
  printf("%d threads\n", made);
  SHOW(fork());
  close(fds[1]);
}
static void superuser(void) {
  setrlimit(RLIMIT_NPROC, &(struct rlimit){1, 1});
  pid_t child = fork();
  if (child == 0) _exit(0);
  SHOW(waitpid(child, NULL, 0) == child);
}
int main(void) {
  as_own_user(limited);
  in_child("superuser", superuser);
  return 0;
}
