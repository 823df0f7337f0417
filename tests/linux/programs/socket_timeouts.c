// SO_RCVTIMEO and SO_SNDTIMEO end waits, and signals end such waits for good.
#include "sockets.h"

static void note(int number) {}

int main(void) {
  int ends[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  struct timeval time = {0, 20000};
  setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
  char text[4096] = {0};
  SHOW(read(ends[0], text, 1));
  ssize_t sent;
  while ((sent = write(ends[0], text, sizeof text)) == sizeof text) {
  }
  if (sent == -1) printf("%s\n", error_name(errno));
  if (sent != -1) SHOW(write(ends[0], text, 1));
  time.tv_sec = 10;
  setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  struct itimerval soon = {{0, 0}, {0, 20000}};
  setitimer(ITIMER_REAL, &soon, NULL);
  SHOW(read(ends[0], text, 1));
  int listener = listen_inet(1);
  time = (struct timeval){0, 20000};
  setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  SHOW(accept(listener, NULL, NULL));
  return 0;
}
