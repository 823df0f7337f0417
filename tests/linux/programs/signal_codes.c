// si_code and the sender, for each way to send a signal.
#include <pthread.h>
#include "signals.h"
static volatile int seen;
static void show(int number, siginfo_t* info, void* context) {
  printf("%s %s", signal_name(number), code_name(info->si_code));
  if (info->si_code <= 0 && info->si_code != SI_TIMER) {
    printf(" from %s, user %d", info->si_pid == getpid() ? "self" : "another", (int)info->si_uid);
  }
  puts("");
  ++seen;
}
static void* thread(void* parent) {
  pthread_kill(*(pthread_t*)parent, SIGUSR1);
  return NULL;
}
int main(void) {
  for (int i = 1; i < 32; ++i) on(i, 0, show);
  kill(getpid(), SIGUSR1);
  raise(SIGUSR1);
  sigqueue(getpid(), SIGUSR1, (union sigval){0});
  syscall(SYS_tkill, getpid(), SIGUSR1);
  pid_t parent = getpid();
  block(SIGCHLD);
  if (fork() == 0) {
    setuid(1000);
    _exit(0);
  }
  wait(NULL);
  unblock(SIGCHLD);
  seen = 0;
  setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 1000}}, NULL);
  while (!seen) continue;
  int fds[2];
  pipe(fds), close(fds[0]);
  write(fds[1], "x", 1);
  pthread_t self = pthread_self(), other;
  block(SIGUSR1);
  pthread_create(&other, NULL, thread, &self), pthread_join(other, NULL);
  unblock(SIGUSR1);
  abort();
}
