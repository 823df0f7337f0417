// O_ASYNC, F_SETOWN and F_SETSIG: signals for what happens to pipes and sockets.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include "results.h"

#define F_SET_SIGNAL 10
static int queued;

// The next signal; which must come.
static void show_next(int fd) {
  sigset_t wanted;
  siginfo_t info;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGIO);
  sigaddset(&wanted, queued);
  struct timespec limit = {20, 0};
  if (sigtimedwait(&wanted, &info, &limit) < 0) {
    puts("none");
    return;
  }
  printf("%s ", info.si_signo == queued ? "queued" : info.si_signo == SIGIO ? "SIGIO" : "another");
  if (info.si_code == SI_KERNEL)
    puts("kernel");
  else
    printf("code %d band %ld fd %d\n", info.si_code, (long)info.si_band, info.si_fd == fd);
}
static void show_none(void) {
  sigset_t pending;
  sigpending(&pending);
  printf("%d\n", sigismember(&pending, SIGIO) || sigismember(&pending, queued));
}

static void ask_for(int fd, int owner, int number) {
  SHOW(fcntl(fd, F_SETOWN, owner) == 0);
  SHOW(fcntl(fd, F_SET_SIGNAL, number) == 0);
  SHOW(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_ASYNC));
  SHOW((fcntl(fd, F_GETFL) & O_ASYNC) != 0);
}

int main(void) {
  setpgid(0, 0);
  sigset_t all;
  sigemptyset(&all);
  sigaddset(&all, SIGIO);
  sigaddset(&all, SIGRTMIN + 1);
  sigprocmask(SIG_BLOCK, &all, 0);
  queued = SIGRTMIN + 1;
  int fds[2];
  char byte;

  puts("a pipe");
  pipe(fds);
  ask_for(fds[0], getpid(), 0);
  show_none();
  write(fds[1], "a", 1);
  show_next(fds[0]);
  read(fds[0], &byte, 1);
  fcntl(fds[0], F_SET_SIGNAL, queued);
  write(fds[1], "b", 1);
  show_next(fds[0]);
  write(fds[1], "more", 4);
  show_next(fds[0]);
  fcntl(fds[0], F_SETFL, 0);
  write(fds[1], "unnoticed", 9);
  show_none();
  int on = 1;
  SHOW(ioctl(fds[0], FIOASYNC, &on));
  write(fds[1], "c", 1);
  show_next(fds[0]);
  close(fds[0]), close(fds[1]);

  puts("a socket");
  socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
  ask_for(fds[0], getpid(), queued);
  if (fork() == 0) {
    write(fds[1], "x", 1);
    _exit(0);
  }
  wait(0);
  show_next(fds[0]);

  puts("a group");
  fcntl(fds[0], F_SETOWN, -getpgrp());
  printf("%d\n", fcntl(fds[0], F_GETOWN) == -getpgrp());
  pid_t member = fork();
  if (member == 0) {
    show_next(fds[0]);
    fflush(stdout);
    _exit(0);
  }
  write(fds[1], "y", 1);
  waitpid(member, 0, 0);
  show_next(fds[0]);
}
