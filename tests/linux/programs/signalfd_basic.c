// signalfd: signals of processes and threads, read as records.
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include "results.h"

int main(void) {
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR1);
  sigaddset(&mask, SIGRTMIN);
  sigaddset(&mask, SIGCHLD);
  sigprocmask(SIG_BLOCK, &mask, 0);
  int fd = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
  struct signalfd_siginfo info[4];
  struct pollfd one = {fd, POLLIN, 0};
  SHOW(poll(&one, 1, 0));
  SHOW(read(fd, info, sizeof info));
  raise(SIGUSR1);
  SHOW(poll(&one, 1, 0));
  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 11});
  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 12});
  SHOW(read(fd, info, sizeof info));
  for (int i = 0; i < 3; ++i)
    printf("%d %d %d %d\n", info[i].ssi_signo - (i ? SIGRTMIN : 0), info[i].ssi_code,
           info[i].ssi_int, info[i].ssi_pid == (unsigned)getpid());
  SHOW(poll(&one, 1, 0));
  int epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN}, out;
  SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
  SHOW(epoll_wait(epoll, &out, 1, 0));
  pid_t child = fork();
  if (child == 0) {
    usleep(20000);
    _exit(3);
  }
  SHOW(epoll_wait(epoll, &out, 1, -1));
  SHOW(read(fd, info, sizeof info[0]));
  printf("%d %d %d %d\n", info[0].ssi_signo, info[0].ssi_code, info[0].ssi_status,
         info[0].ssi_pid == (unsigned)child);
  SHOW(epoll_wait(epoll, &out, 1, 0));
  wait(0);
  sigdelset(&mask, SIGUSR1);
  SHOW_OK(signalfd(fd, &mask, 0));
  raise(SIGUSR1);
  SHOW(poll(&one, 1, 0));
  SHOW(read(fd, info, 64));
  SHOW(signalfd(0, &mask, 0));
  SHOW(signalfd(99, &mask, 0));
  SHOW(signalfd(-1, &mask, 1));
  SHOW(write(fd, info, 128));
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR1);
  int blocking = signalfd(-1, &mask, 0);
  SHOW(read(blocking, info, sizeof info));
  if (fork() == 0) {
    usleep(20000);
    kill(getppid(), SIGUSR1);
    _exit(0);
  }
  SHOW(read(blocking, info, sizeof info));
  printf("%d\n", info[0].ssi_signo);
}
