// CLONE_PIDFD, and descriptors taken from another process.
#define _GNU_SOURCE
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "results.h"

struct clone_args {
  uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
};
#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x1000
#endif
static long clone3(struct clone_args* args) { return syscall(SYS_clone3, args, sizeof *args); }

int main(void) {
  int fd = -1;
  struct clone_args args = {.flags = CLONE_PIDFD, .pidfd = (uintptr_t)&fd, .exit_signal = SIGCHLD};
  long child = clone3(&args);
  if (child == 0) {
    usleep(20000);
    _exit(0);
  }
  struct pollfd one = {fd, POLLIN, 0};
  SHOW(poll(&one, 1, -1));
  wait(0);
  close(fd);
  args.pidfd = 8;
  args.flags = CLONE_PIDFD;
  args.exit_signal = SIGCHLD;
  SHOW(clone3(&args));
  SHOW(wait(0));
  SHOW(syscall(SYS_clone, CLONE_PIDFD | CLONE_PARENT_SETTID | SIGCHLD, 0, &fd, 0, 0));

  int ends[2], ready[2];
  pipe(ends);
  pipe(ready);
  child = fork();
  if (child == 0) {
    int own[2];
    pipe(own);
    write(own[1], "secret", 6);
    write(ready[1], &own[0], sizeof own[0]);
    for (;;) pause();
  }
  int number = -1;
  read(ready[0], &number, sizeof number);
  fd = syscall(SYS_pidfd_open, child, 0);
  int taken = syscall(SYS_pidfd_getfd, fd, number, 0);
  char text[8] = "";
  SHOW(read(taken, text, 6));
  printf("%s\n", text);
  SHOW(syscall(SYS_pidfd_getfd, fd, 99, 0));
  SHOW(syscall(SYS_pidfd_getfd, fd, number, 1));
  SHOW(syscall(SYS_pidfd_getfd, 0, number, 0));
  kill(child, SIGKILL);
  wait(0);
  SHOW(syscall(SYS_pidfd_getfd, fd, number, 0));
}
