// pidfd: waiting for processes, and signalling them.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "results.h"

#ifndef P_PIDFD
#define P_PIDFD 3
#endif
static int pidfd_open(pid_t pid, unsigned flags) { return syscall(SYS_pidfd_open, pid, flags); }
static int send_signal(int fd, int signal, siginfo_t* info, unsigned flags) {
  return syscall(SYS_pidfd_send_signal, fd, signal, info, flags);
}

int main(void) {
  pid_t child = fork();
  if (child == 0)
    for (;;) pause();
  int fd = pidfd_open(child, 0);
  printf("%x\n", fcntl(fd, F_GETFD));
  struct pollfd one = {fd, POLLIN, 0};
  SHOW(poll(&one, 1, 0));
  SHOW(send_signal(fd, 0, 0, 0));
  siginfo_t info = {0};
  info.si_signo = SIGUSR1;
  SHOW(send_signal(fd, SIGTERM, &info, 0));
  SHOW(send_signal(fd, 77, 0, 0));
  SHOW(send_signal(fd, SIGTERM, 0, 8));
  SHOW(send_signal(0, SIGTERM, 0, 0));
  SHOW(send_signal(99, SIGTERM, 0, 0));
  SHOW(waitid(P_PIDFD, fd, &info, WEXITED | WNOHANG));
  SHOW(send_signal(fd, SIGTERM, 0, 0));
  SHOW(poll(&one, 1, -1));
  printf("%x\n", one.revents);
  SHOW(send_signal(fd, 0, 0, 0));
  SHOW(waitid(P_PIDFD, fd, &info, WEXITED | WNOWAIT));
  printf("%d %d %d\n", info.si_code, info.si_status, info.si_pid == child);
  SHOW(waitid(P_PIDFD, fd, &info, WEXITED));
  SHOW(waitid(P_PIDFD, fd, &info, WEXITED));
  SHOW(send_signal(fd, 0, 0, 0));
  SHOW(poll(&one, 1, 0));
  printf("%x\n", one.revents);
  SHOW(waitid(P_PIDFD, 0, &info, WEXITED));
  SHOW(waitid(P_PIDFD, 99, &info, WEXITED));
  SHOW(waitid(P_PIDFD, -1, &info, WEXITED));
  SHOW(pidfd_open(child, 0));
  SHOW(pidfd_open(0, 0));
  SHOW(pidfd_open(-1, 0));
  SHOW(pidfd_open(getpid(), 1));
  char c;
  SHOW(read(fd, &c, 1));

  child = fork();
  if (child == 0) {
    usleep(30000);
    _exit(4);
  }
  fd = pidfd_open(child, O_NONBLOCK);
  SHOW(waitid(P_PIDFD, fd, &info, WEXITED));
  int epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN}, out;
  SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
  SHOW(epoll_wait(epoll, &out, 1, -1));
  SHOW(waitid(P_PIDFD, fd, &info, WEXITED));
  printf("%d\n", info.si_status);
}
