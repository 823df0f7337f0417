// Two processes that send each other signals as fast as they can, and a thousand queued ones.
#include "signals.h"
static volatile int turns, queued, last = -1, ordered = 1;
static void turn(int number, siginfo_t* info, void* context) { ++turns; }
static void take(int number, siginfo_t* info, void* context) {
  ordered &= info->si_value.sival_int == last + 1;
  last = info->si_value.sival_int, ++queued;
}
static void play(pid_t partner, int begin) {
  sigset_t none = set_of(0, 0);
  if (begin) kill(partner, SIGUSR1);
  for (int i = 0; i < 200; ++i) {
    while (turns <= i) sigsuspend(&none);
    if (i < 199 || !begin) kill(partner, SIGUSR1);
  }
}
int main(void) {
  block(SIGUSR1);
  on(SIGUSR1, 0, turn), on(40, 0, take);
  pid_t parent = getpid(), child = fork();
  if (child == 0) {
    play(parent, 0);
    printf("child %d turns\n", turns);
    _exit(0);
  }
  play(child, 1);
  wait_for("child", child);
  printf("parent %d turns\n", turns);
  block(40);
  for (int i = 0; i < 1000; ++i) sigqueue(getpid(), 40, (union sigval){i});
  unblock(40);
  printf("%d queued, in order %d\n", queued, ordered);
  return 0;
}
