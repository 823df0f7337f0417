// Each CPU's one-shot timer, in its local APIC: by a value of the time stamp counter where the
// processor offers that, otherwise by counting down.
#include "hal/x86_64/timer.h"

#include <algorithm>

#include "hal/clock.h"
#include "hal/x86_64/apic.h"
#include "hal/x86_64/clock_source.h"
#include "hal/x86_64/features.h"
#include "hal/x86_64/processor.h"

namespace jacinth::x86_64 {
namespace {

constexpr uint64_t kNanosecondsPerSecond = 1'000'000'000;

// One more than the time takes, so that it never ends early by rounding.
uint64_t tsc_after(uint64_t ns) {
  constexpr uint64_t kFar = uint64_t{1} << 62;
  const uint64_t ticks = multiply_divide(ns, hal::ticks_per_second(), kNanosecondsPerSecond);
  return read_tsc() + std::min(ticks, kFar) + 1;
}
uint32_t count_for(uint64_t ns) {
  constexpr uint64_t kMost = ~uint32_t{0} - 1;
  const uint64_t count = multiply_divide(ns, apic_timer_rate(), kNanosecondsPerSecond);
  return static_cast<uint32_t>(std::min(count, kMost) + 1);
}

void arm(Instant deadline) {
  if (deadline == kForever) {
    if (features.tsc_deadline) return write_msr(Msr::TscDeadline, 0);
    return start_timer_count(0);
  }
  const auto left = static_cast<uint64_t>(std::max<int64_t>((deadline - hal::now()).ns, 0));
  if (features.tsc_deadline) return write_msr(Msr::TscDeadline, tsc_after(left));
  start_timer_count(count_for(left));
}

}  // namespace

// One pulse at once, and none after it, is the quietest that the 8254 can be told to be: without
// the first, an emulator's goes on as before.
void stop_interval_timer() {
  constexpr uint16_t kChannel = 0x40, kMode = 0x43;
  constexpr uint8_t kOneStrobeByWord = 0x38;
  out8(kMode, kOneStrobeByWord);
  out8(kChannel, 1);
  out8(kChannel, 0);
}

void start_timer() { set_timer_mode(features.tsc_deadline); }

void timer_expired(Cpu& cpu) {
  if (!cpu.timer.has_expired(hal::now())) arm(cpu.timer.deadline());
}

}  // namespace jacinth::x86_64

namespace jacinth::hal {

void set_timer(Instant deadline) {
  if (x86_64::this_cpu().timer.change(deadline)) x86_64::arm(deadline);
}

}  // namespace jacinth::hal
