// For the programs about memory: mapping in one word, and trying accesses that may not work.
#pragma once
#include <setjmp.h>
#include <sys/mman.h>
#include "results.h"

enum { PAGE = 4096 };

static inline char* anonymous(size_t size, int protection) {
  return mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static sigjmp_buf access_failed;
static volatile int access_signal, access_code;
static void* volatile access_address;

static inline void on_bad_access(int number, siginfo_t* info, void* context) {
  access_signal = number, access_code = info->si_code, access_address = info->si_addr;
  siglongjmp(access_failed, 1);
}

static inline void catch_bad_accesses(void) {
  struct sigaction action = {.sa_sigaction = on_bad_access, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
}

static inline const char* access_problem(const char* at) {
  static char text[64];
  int bus = access_signal == SIGBUS;
  const char* code = bus ? (access_code == BUS_ADRERR ? "ADRERR" : "other")
                         : (access_code == SEGV_MAPERR   ? "MAPERR"
                            : access_code == SEGV_ACCERR ? "ACCERR"
                                                         : "other");
  snprintf(text, sizeof text, "%s %s %s", signal_name(access_signal), code,
           access_address == at ? "there" : "elsewhere");
  return text;
}

// The text says what reading or writing one byte there gives; needs catch_bad_accesses.
static inline const char* try_read(const char* at) {
  static char text[32];
  if (sigsetjmp(access_failed, 1)) return access_problem(at);
  snprintf(text, sizeof text, "reads %d", *(volatile const char*)at);
  return text;
}

static inline const char* try_write(char* at, char value) {
  if (sigsetjmp(access_failed, 1)) return access_problem(at);
  *(volatile char*)at = value;
  return "written";
}
