// RLIMIT_CPU: SIGXCPU at the soft limit, SIGKILL at the hard one.
#include <sys/resource.h>
#include "results.h"

static volatile int caught;
static void handler(int signal) { ++caught; }
static void spin(void) {
  for (;;) {
  }
}
static void soft(void) {
  struct rlimit wanted = {1, 5};
  setrlimit(RLIMIT_CPU, &wanted);
  spin();
}
static void hard(void) {
  signal(SIGXCPU, handler);
  struct rlimit wanted = {1, 2};
  setrlimit(RLIMIT_CPU, &wanted);
  while (!caught) {
  }
  printf("told\n");
  spin();
}
int main(void) {
  in_child("soft", soft);
  in_child("hard", hard);
  struct rlimit wanted = {3, 2};
  SHOW(setrlimit(RLIMIT_CPU, &wanted));
}
