// Signals interrupt waiting for sockets, or the call goes on.
#include "sockets.h"

static int ends[2];
static int caught;
static void note(int number) { ++caught; }

static void soon(void) {
  struct itimerval time = {{0, 0}, {0, 20000}};
  setitimer(ITIMER_REAL, &time, NULL);
}

int main(void) {
  struct sigaction action = {.sa_handler = note};
  sigaction(SIGALRM, &action, NULL);
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  char text[8];
  soon();
  SHOW(read(ends[0], text, 1));
  soon();
  SHOW(recv(ends[0], text, 8, MSG_WAITALL));
  write(ends[1], "abc", 3);
  soon();
  SHOW(recv(ends[0], text, 8, MSG_WAITALL));
  int listener = listen_inet(1);
  soon();
  SHOW(accept(listener, NULL, NULL));
  struct iovec vector = {text, 8};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  soon();
  SHOW(recvmsg(ends[0], &message, 0));
  action.sa_flags = SA_RESTART;
  sigaction(SIGALRM, &action, NULL);
  soon();
  pid_t child = fork();
  if (child == 0) {
    usleep(60000);
    write(ends[1], "late", 4);
    _exit(0);
  }
  SHOW(read(ends[0], text, 8));
  wait_for("child", child);
  printf("caught %d\n", caught);
  return 0;
}
