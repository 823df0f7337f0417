// signalfd: a descriptor gives whoever reads it its own signals; threads, and after exec of
// nothing.
#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include "results.h"

static int fd;
static void* in_thread(void* unused) {
  struct signalfd_siginfo info;
  pthread_kill(pthread_self(), SIGUSR2);
  SHOW(read(fd, &info, sizeof info));
  printf("%d\n", info.ssi_signo == SIGUSR2);
  return unused;
}

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGUSR2);
  sigprocmask(SIG_BLOCK, &set, 0);
  fd = signalfd(-1, &set, SFD_NONBLOCK);
  struct signalfd_siginfo info;
  raise(SIGUSR1);
  pid_t child = fork();
  if (child == 0) {
    SHOW(read(fd, &info, sizeof info));
    raise(SIGUSR2);
    SHOW(read(fd, &info, sizeof info));
    printf("%d\n", info.ssi_signo == SIGUSR2);
    _exit(0);
  }
  wait_for("child", child);
  SHOW(read(fd, &info, sizeof info));
  printf("%d\n", info.ssi_signo == SIGUSR1);
  pthread_t thread;
  pthread_create(&thread, 0, in_thread, 0);
  pthread_join(thread, 0);
  pthread_kill(pthread_self(), SIGUSR1);
  struct pollfd one = {fd, POLLIN, 0};
  SHOW(poll(&one, 1, 0));
  sigset_t pending;
  sigpending(&pending);
  printf("%d\n", sigismember(&pending, SIGUSR1));
  SHOW(read(fd, &info, sizeof info));
  sigpending(&pending);
  printf("%d\n", sigismember(&pending, SIGUSR1));
}
