// Clocks, read from the processor's counter as the kernel itself does.
#include <arch.h>

#include "constants.h"

namespace {

using jacinth::linux_vdso::Call;
using jacinth::linux_vdso::Constants;

struct Timespec {
  int64_t seconds;
  int64_t nanoseconds;
};
struct Timeval {
  int64_t seconds;
  int64_t microseconds;
};
struct Timezone {
  int32_t minutes_west;
  int32_t daylight_saving;
};

constexpr int64_t kSecond = 1'000'000'000;
enum Clock : int {
  kRealtime = 0,
  kMonotonic = 1,
  kMonotonicRaw = 4,
  kRealtimeCoarse = 5,
  kMonotonicCoarse = 6,
  kBoottime = 7,
  kTai = 11,
};

}  // namespace

// Volatile: what the compiler sees here is not what the kernel has written there.
extern "C" [[gnu::section(".constants"), gnu::used, gnu::visibility("hidden")]]
const volatile Constants linux_vdso_constants{};

namespace {

int64_t monotonic() {
  const uint64_t ticks = jacinth::linux_vdso::read_counter();
  const auto high = static_cast<uint64_t>(
      (static_cast<unsigned __int128>(ticks) * linux_vdso_constants.fraction) >> 64);
  return static_cast<int64_t>(ticks * linux_vdso_constants.whole + high);
}
int64_t wall() { return monotonic() + linux_vdso_constants.wall_offset_ns; }

bool is_known(int clock) {
  return clock == kRealtime || clock == kMonotonic ||
         (clock >= kMonotonicRaw && clock <= kBoottime) || clock == kTai;
}
bool is_wall(int clock) { return clock == kRealtime || clock == kRealtimeCoarse || clock == kTai; }

}  // namespace

extern "C" {

int __vdso_clock_gettime(int clock, Timespec* time) {
  if (!is_known(clock)) return jacinth::linux_vdso::call(Call::ClockGettime, clock, time);
  const int64_t now = is_wall(clock) ? wall() : monotonic();
  *time = {now / kSecond, now % kSecond};
  return 0;
}

int __vdso_clock_getres(int clock, Timespec* resolution) {
  constexpr int64_t kCoarse = 4'000'000;
  if (!is_known(clock)) return jacinth::linux_vdso::call(Call::ClockGetres, clock, resolution);
  const bool coarse = clock == kRealtimeCoarse || clock == kMonotonicCoarse;
  if (resolution != nullptr) *resolution = {0, coarse ? kCoarse : 1};
  return 0;
}

int __vdso_gettimeofday(Timeval* time, Timezone* zone) {
  if (time != nullptr) {
    const int64_t now = wall();
    *time = {now / kSecond, now % kSecond / 1000};
  }
  if (zone != nullptr) *zone = {};
  return 0;
}

// A program cannot know which of several it runs on.
int __vdso_getcpu(uint32_t* cpu, uint32_t* node, void*) {
  if (linux_vdso_constants.cpus != 1)
    return jacinth::linux_vdso::call(Call::Getcpu, reinterpret_cast<long>(cpu), node);
  if (cpu != nullptr) *cpu = 0;
  if (node != nullptr) *node = 0;
  return 0;
}

}  // extern "C"
