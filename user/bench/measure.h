// Timing what is done many times over, by the tick counter.
#pragma once

#include <zircon/syscalls.h>
#include <zircon/types.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace bench {

// Of so many rounds the best counts: what else runs on the host only ever adds to a round.
inline int rounds = 7;
// The one figure that is wanted; empty: all.
inline std::string_view only;
inline bool wanted(std::string_view name) { return only.empty() || only == name; }

// Ends the program with a message when a call that is measured fails.
void require(zx_status_t status, std::string_view what);

// The shortest of several intervals, shown as the time of one of `operations` equal steps in it.
class Best {
 public:
  void begin() { began_ = zx_ticks_get(); }
  void end() { shortest_ = std::min(shortest_, zx_ticks_get() - began_); }
  void report(std::string_view name, uint64_t operations) const;

 private:
  zx_ticks_t began_ = 0;
  zx_ticks_t shortest_ = INT64_MAX;
};

// `body`, `operations` times a round.
template <typename Body>
void measure(std::string_view name, uint64_t operations, Body body) {
  if (!wanted(name)) return;
  Best best;
  body();  // what is only done the first time
  for (int round = 0; round < rounds; ++round) {
    best.begin();
    for (uint64_t i = 0; i < operations; ++i) body();
    best.end();
  }
  best.report(name, operations);
}

void measure_calls();
void measure_messages();
void measure_memory();
void measure_tasks();
// How figures grow, for `bench growth`.
void measure_growth();

// The other process of `call_processes`: answers calls over the channel it was given.
int answer_calls();
// Makes so many of each, tells so, and ends them after a byte of input.
int hold(uint64_t events, uint64_t threads);

}  // namespace bench
