// A read or wait that a handler interrupts: again with SA_RESTART, EINTR without.
#include "signals.h"
static int fds[2], alarms;
static pid_t child;
static void on_alarm(int number, siginfo_t* info, void* context) {
  if (++alarms == 3 && fds[1] >= 0) write(fds[1], "x", 1);
  if (alarms == 3 && child) kill(child, SIGKILL);
}
static long start(int flags) {
  alarms = 0;
  on(SIGALRM, flags, on_alarm);
  alarms_every_millisecond();
  return 0;
}
static long stop(long result) {
  int error = errno;
  no_alarms();
  errno = error;
  return result;
}
// What began again goes on until the third alarm gives it what it waits for.
static long stop_late(long result) {
  if (alarms < 3) printf("too early: ");
  return stop(result);
}
int main(void) {
  char c;
  pipe(fds);
  start(SA_RESTART);
  SHOW(stop_late(read(fds[0], &c, 1)));
  start(0);
  SHOW(stop(read(fds[0], &c, 1)));
  fcntl(fds[0], F_SETFL, O_NONBLOCK), read(fds[0], &c, 1);
  fds[1] = -1;
  child = fork();
  if (child == 0) pause(), _exit(0);
  start(0);
  SHOW(stop(wait(NULL)));
  start(SA_RESTART);
  SHOW(stop_late(wait(NULL) == child));
  child = 0;
  enter_fresh_directory();
  mkfifo("fifo", 0600);
  start(0);
  SHOW(stop(open("fifo", O_RDONLY)));
  int full[2];
  static char data[70000];
  pipe(full);
  start(0);
  SHOW(stop(write(full[1], data, sizeof data)));
  start(0);
  SHOW(stop(write(full[1], data, sizeof data)));
  return 0;
}
