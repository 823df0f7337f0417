// unshare: descriptors and directories that a thread no longer shares, and what is refused.
#include <pthread.h>
#include <sched.h>
#include "results.h"

static void* alone(void* unused) {
  SHOW(unshare(CLONE_FILES | CLONE_FS));
  close(5);
  chdir("/tmp");
  umask(077);
  SHOW(unshare(CLONE_VM));
  SHOW(unshare(CLONE_THREAD));
  return unused;
}

int main(void) {
  chdir("/");
  umask(022);
  dup2(0, 5);
  pthread_t thread;
  pthread_create(&thread, 0, alone, 0);
  pthread_join(thread, 0);
  SHOW(fcntl(5, F_GETFD));
  char path[64];
  printf("%s %o\n", getcwd(path, sizeof path), umask(0));
  SHOW(unshare(0));
  SHOW(unshare(CLONE_SYSVSEM));
  SHOW(unshare(CLONE_VFORK));
  SHOW(unshare(0xff));
}
