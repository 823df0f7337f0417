// How soon a program runs on a machine that is started anew.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

#include <cstdio>
#include <thread>

#include "measure.h"

extern char** environ;

namespace bench {
namespace {

double ticks_per_nanosecond() {
  const auto began = Clock::now();
  const uint64_t first = __rdtsc();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const std::chrono::duration<double, std::nano> passed = Clock::now() - began;
  return static_cast<double>(__rdtsc() - first) / passed.count();
}

// The tick at which the program says that it started.
uint64_t started_at(char** command) {
  int output[2];
  require(pipe2(output, 0) == 0, "pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, output[0]);
  posix_spawn_file_actions_addclose(&actions, output[1]);
  pid_t process;
  require(posix_spawn(&process, command[0], &actions, nullptr, command, environ) == 0, "spawn");
  posix_spawn_file_actions_destroy(&actions);
  close(output[1]);
  FILE* text = fdopen(output[0], "r");
  char line[256];
  unsigned long long tick = 0;
  while (tick == 0 && std::fgets(line, sizeof(line), text) != nullptr)
    std::sscanf(line, "started_at_tick %llu", &tick);
  std::fclose(text);
  require(waitpid(process, nullptr, 0) == process, "waitpid");
  return tick;
}

}  // namespace

int measure_start(char** command) {
  const double rate = ticks_per_nanosecond();
  const uint64_t began = __rdtsc();
  const uint64_t started = started_at(command);
  if (started == 0) {
    std::fprintf(stderr, "%s: no program started\n", command[0]);
    return 1;
  }
  std::printf("boot %.1f\n", static_cast<double>(started - began) / rate);
  return 0;
}

}  // namespace bench
