// Timing rounds of calls, net of the loop around them and of reading the clock.
#pragma once

#include <zircon/syscalls.h>
#include <zircon/types.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

namespace table {

// Ends the program with a message when a call fails that is needed for measuring.
void require(zx_status_t status, std::string_view what);

// The lines that are wanted; none: all. The one to be repeated for ever, for a profiler, if any.
void choose(std::span<char* const> names, bool endless);
bool wanted(std::string_view name);
bool endless();
// Prints that the rounds begin that never end.
void announce(std::string_view name);

// Prints a line: so many ticks for so many rounds.
void report(std::string_view name, zx_ticks_t ticks, uint64_t rounds);

inline constexpr int kTurns = 5;

// The shortest of a few turns: what else runs on the machine only ever adds.
template <typename Body>
zx_ticks_t shortest(uint64_t rounds, Body& body) {
  zx_ticks_t best = INT64_MAX;
  for (int turn = 0; turn < kTurns; ++turn) {
    const zx_ticks_t began = zx_ticks_get();
    for (uint64_t i = 0; i < rounds; ++i) {
      body();
      asm volatile("" ::: "memory");
    }
    best = std::min(best, zx_ticks_get() - began);
  }
  return best;
}

// Runs `body` `rounds` times in a turn and reports what one round takes. It returns the statuses of
// its calls, combined by `|`: nothing is measured that does not work.
template <typename Body>
void measure(std::string_view name, uint64_t rounds, Body body) {
  if (!wanted(name)) return;
  require(body(), name);  // and does what is only done the first time
  if (endless()) {
    announce(name);
    for (;;) body();
  }
  auto nothing = [] {};
  const zx_ticks_t empty = shortest(rounds, nothing);
  report(name, shortest(rounds, body) - empty, rounds);
}

void measure_calls();
void measure_objects();
void measure_messages();
void measure_turns();
void measure_memory();
void measure_tasks();

}  // namespace table
