// For the programs about signals: installing a handler with flags, and waiting without sleeping.
#pragma once
#include <sys/time.h>
#include "results.h"

static inline void on(int number, int flags, void (*handler)(int, siginfo_t*, void*)) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = flags | SA_SIGINFO};
  sigaction(number, &action, NULL);
}

static inline sigset_t set_of(int a, int b) {
  sigset_t set;
  sigemptyset(&set);
  if (a) sigaddset(&set, a);
  if (b) sigaddset(&set, b);
  return set;
}

static inline void block(int number) {
  sigset_t set = set_of(number, 0);
  sigprocmask(SIG_BLOCK, &set, NULL);
}

static inline void unblock(int number) {
  sigset_t set = set_of(number, 0);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static inline const char* code_name(int code) {
  switch (code) {
    case SI_USER:
      return "user";
    case SI_QUEUE:
      return "queue";
    case SI_TIMER:
      return "timer";
    case SI_TKILL:
      return "tkill";
    case SI_KERNEL:
      return "kernel";
    case CLD_EXITED:
      return "exited";
    case CLD_KILLED:
      return "killed";
    case CLD_DUMPED:
      return "dumped";
    case CLD_STOPPED:
      return "stopped";
    case CLD_CONTINUED:
      return "continued";
  }
  return "other";
}

// SIGALRM again and again, so that it also comes after a call has begun to wait.
static inline void alarms_every_millisecond(void) {
  setitimer(ITIMER_REAL, &(struct itimerval){{0, 1000}, {0, 1000}}, NULL);
}

static inline void no_alarms(void) { setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL); }
