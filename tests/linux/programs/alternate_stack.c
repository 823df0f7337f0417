// sigaltstack: sizes, states, changing it while on it, and SS_AUTODISARM.
#include "signals.h"
static char first[65536], second[65536];
static int inside(const void* at, const char* stack) {
  return (char*)at >= stack && (char*)at < stack + sizeof first;
}
static void show_state(const char* where) {
  stack_t now;
  int local;
  sigaltstack(NULL, &now);
  printf("%s: on first %d, flags %x, is first %d\n", where, inside(&local, first), now.ss_flags,
         now.ss_sp == first);
}
static void handler(int number, siginfo_t* info, void* context) {
  show_state("handler");
  stack_t other = {.ss_sp = second, .ss_size = sizeof second};
  SHOW(sigaltstack(&other, NULL));
  if (number == SIGUSR1) raise(SIGUSR2);
}
static void plain(int number, siginfo_t* info, void* context) { show_state("plain"); }
int main(void) {
  stack_t stack = {.ss_sp = first, .ss_size = sizeof first},
          small = {.ss_sp = first, .ss_size = 100};
  stack_t odd = {.ss_sp = first, .ss_size = sizeof first, .ss_flags = 8},
          off = {.ss_flags = SS_DISABLE};
  on(SIGUSR1, SA_ONSTACK, handler), on(SIGUSR2, SA_ONSTACK, plain), on(SIGHUP, 0, plain);
  show_state("start");
  raise(SIGUSR2);
  SHOW(sigaltstack(&small, NULL));
  SHOW(sigaltstack(&odd, NULL));
  SHOW(syscall(SYS_sigaltstack, BAD_POINTER, NULL));
  SHOW(syscall(SYS_sigaltstack, NULL, BAD_POINTER));
  SHOW(sigaltstack(&stack, NULL));
  show_state("set");
  raise(SIGUSR1);
  raise(SIGHUP);
  stack.ss_flags = 1U << 31;  // SS_AUTODISARM: on it, it is as if there was none.
  SHOW(sigaltstack(&stack, NULL));
  raise(SIGUSR2);
  raise(SIGUSR1);
  show_state("after");
  SHOW(sigaltstack(&off, NULL));
  raise(SIGUSR2);
  stack.ss_flags = 0;
  sigaltstack(&stack, NULL);
  if (fork() == 0) {
    show_state("child");
    _exit(0);
  }
  wait(NULL);
  return 0;
}
