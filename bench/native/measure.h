// Timing what is done many times over; the twin of user/bench/measure.h, over Linux.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace bench {

using Clock = std::chrono::steady_clock;

// Of so many rounds the best counts: what else runs on the host only ever adds to a round.
inline constexpr int kRounds = 7;

// Ends the program with errno's message unless `good`.
void require(bool good, const char* what);

class Best {
 public:
  void begin() { began_ = Clock::now(); }
  void end() { shortest_ = std::min(shortest_, Clock::now() - began_); }
  void report(const char* name, uint64_t operations) const;

 private:
  Clock::time_point began_;
  Clock::duration shortest_ = Clock::duration::max();
};

template <typename Body>
void measure(const char* name, uint64_t operations, Body body) {
  Best best;
  body();  // what is only done the first time
  for (int round = 0; round < kRounds; ++round) {
    best.begin();
    for (uint64_t i = 0; i < operations; ++i) body();
    best.end();
  }
  best.report(name, operations);
}

void measure_calls();
void measure_messages();
void measure_memory();
void measure_tasks(const std::string& child);

// Starts a command whose output says `started_at_tick N`, and prints how long after its start that
// was.
int measure_start(char** command);

}  // namespace bench
