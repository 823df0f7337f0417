// Processes and threads that come and go, and programs that only compute.
#include <pthread.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

static bool wait_for(int child) {
  int status = 0;
  return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static bool fork_exit(struct run* run) {
  begin(run);
  for (long i = 0; i < run->count; ++i) {
    const int child = fork();
    if (child == 0) _exit(0);
    if (!wait_for(child)) return false;
  }
  end(run);
  return true;
}

static bool start_programs(struct run* run, char* const* arguments, bool share) {
  begin(run);
  for (long i = 0; i < run->count; ++i) {
    const int child = share ? vfork() : fork();
    if (child == 0) {
      execv(arguments[0], arguments);
      _exit(127);
    }
    if (!wait_for(child)) return false;
  }
  end(run);
  return true;
}
static bool fork_exec(struct run* run) {
  char* const arguments[] = {(char*)own_program, NULL};
  return start_programs(run, arguments, false);
}
static bool vfork_exec(struct run* run) {
  char* const arguments[] = {(char*)own_program, NULL};
  return start_programs(run, arguments, true);
}
static bool fork_shell(struct run* run) {
  char* const arguments[] = {(char*)shell_program, "sh", "-c", ":", NULL};
  return start_programs(run, arguments, false);
}

static void* nothing(void* argument) { return argument; }
static bool thread_create_join(struct run* run) {
  begin(run);
  for (long i = 0; i < run->count; ++i) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, nothing, NULL) != 0 || pthread_join(thread, NULL) != 0)
      return false;
  }
  end(run);
  return true;
}

// Integers, a table that fits the caches, and floating point.
static bool compute(struct run* run) {
  enum { kWords = 4096 };
  static uint32_t table[kWords];
  double sum = 0;
  uint32_t state = 1;
  begin(run);
  for (long i = 0; i < run->count; ++i) {
    for (int k = 0; k < kWords; ++k) {
      state = state * 1664525u + 1013904223u;
      table[k] ^= table[state >> 20] + state;
      sum = sum * 0.999 + table[k] * 1e-9;
    }
  }
  end(run);
  return sum > -1;
}

const struct measurement task_measurements[] = {
    {"fork_exit", fork_exit, 200},
    {"fork_exec", fork_exec, 100},
    {"vfork_exec", vfork_exec, 100},
    {"fork_shell", fork_shell, 50},
    {"thread_create_join", thread_create_join, 1000},
    {"compute", compute, 5000},
    {},
};
