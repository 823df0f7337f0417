// The clock is the time stamp counter, scaled by a constant: programs read the same counter, so
// both see the same time. Its rate comes from the processor, or is measured against a clock whose
// rate is known: HPET or the power-management timer.
#include "hal/clock.h"

#include <algorithm>
#include <optional>

#include "hal/user_ticks.h"
#include "hal/x86_64/acpi.h"
#include "hal/x86_64/apic.h"
#include "hal/x86_64/clock_source.h"
#include "hal/x86_64/features.h"
#include "hal/x86_64/paging.h"
#include "hal/x86_64/processor.h"
#include "hal/x86_64/real_time_clock.h"
#include "hal/x86_64/timer.h"
#include "hal/x86_common/tick_scale.h"

namespace jacinth::x86_64 {
namespace {

constexpr uint64_t kNanosecondsPerSecond = 1'000'000'000;

constinit hal::x86::TickScale scale;
constinit uint64_t tsc_rate = 0;
constinit uint64_t timer_rate = 0;
constinit int64_t utc_at_zero = 0;

// A counter of known rate that goes up and wraps around after `bits`.
class Reference {
 public:
  static std::optional<Reference> find() {
    if (auto hpet = find_hpet()) return hpet;
    if (acpi().timer_port == 0) return std::nullopt;
    constexpr uint64_t kTimerRate = 3'579'545;
    return Reference(nullptr, acpi().timer_has_32_bits ? 32 : 24, kTimerRate);
  }
  // Nanoseconds since `start`, a former reading. Read at least once for each time it wraps.
  uint64_t since(uint64_t start) const {
    const uint64_t mask = ~uint64_t{0} >> (64 - bits_);
    return multiply_divide((read() - start) & mask, kNanosecondsPerSecond, rate_);
  }
  uint64_t read() const { return counter_ != nullptr ? *counter_ : in32(acpi().timer_port); }

 private:
  Reference(const volatile uint64_t* counter, unsigned bits, uint64_t rate)
      : counter_(counter), bits_(bits), rate_(rate) {}

  static std::optional<Reference> find_hpet() {
    constexpr uint64_t kFemtosecondsPerSecond = 1'000'000'000'000'000;
    constexpr uint64_t kHas64Bits = 1 << 13, kEnable = 1;
    constexpr size_t kConfiguration = 2, kCounter = 30;  // in words of 8 bytes
    if (raw(acpi().hpet) == 0) return std::nullopt;
    const auto mapped = map_device(acpi().hpet, kPageSize);
    if (!mapped) return std::nullopt;
    auto* words = reinterpret_cast<volatile uint64_t*>(*mapped);
    const uint64_t period = words[0] >> 32;
    if (period == 0) return std::nullopt;
    words[kConfiguration] = words[kConfiguration] | kEnable;
    return Reference(&words[kCounter], (words[0] & kHas64Bits) != 0 ? 64 : 32,
                     kFemtosecondsPerSecond / period);
  }

  const volatile uint64_t* counter_;
  unsigned bits_;
  uint64_t rate_;
};

// What the processor says of its counter's rate in kHz; 0: nothing.
uint64_t stated_kilohertz() {
  constexpr uint32_t kRateLeaf = 0x15, kHypervisorLeaf = 0x4000'0010;
  constexpr uint32_t kUnderHypervisor = 1u << 31;
  if ((cpuid(1).c & kUnderHypervisor) != 0 && cpuid(0x4000'0000).a >= kHypervisorLeaf)
    if (const uint32_t kilohertz = cpuid(kHypervisorLeaf).a; kilohertz != 0) return kilohertz;
  if (cpuid(0).a < kRateLeaf) return 0;
  const CpuidResult ratio = cpuid(kRateLeaf);
  if (ratio.a == 0 || ratio.b == 0 || ratio.c == 0) return 0;
  return uint64_t{ratio.c} * ratio.b / ratio.a / 1000;
}

// All counters at one moment: the closest of a few tries.
struct Reading {
  uint64_t tsc;
  uint64_t reference_ns;
  uint32_t timer;
};
Reading read_all(const Reference& reference, uint64_t start) {
  Reading best{};
  uint64_t best_width = ~uint64_t{0};
  for (int i = 0; i < 5; ++i) {
    const uint64_t before = read_tsc();
    const uint64_t ns = reference.since(start);
    const uint32_t timer = timer_count();
    const uint64_t width = read_tsc() - before;
    if (width >= best_width) continue;
    best_width = width;
    best = {before + width / 2, ns, timer};
  }
  return best;
}

bool measure() {
  constexpr uint64_t kSpan = 5'000'000;
  const auto reference = Reference::find();
  if (!reference) return false;
  set_timer_mode(false);
  start_timer_count(~uint32_t{0});
  const uint64_t start = reference->read();
  const Reading first = read_all(*reference, start);
  while (reference->since(start) < kSpan) asm volatile("pause");
  const Reading last = read_all(*reference, start);
  start_timer_count(0);
  const uint64_t ns = last.reference_ns - first.reference_ns;
  tsc_rate = (last.tsc - first.tsc) * 1'000'000 / ns * 1000;
  timer_rate = uint64_t{first.timer - last.timer} * kNanosecondsPerSecond / ns;
  return tsc_rate != 0 && timer_rate != 0;
}

}  // namespace

const char* calibrate_clock() {
  const uint64_t stated = stated_kilohertz();
  if ((stated == 0 || !features.tsc_deadline) && !measure()) return "a clock of known rate";
  if (stated != 0) tsc_rate = stated * 1000;
  scale = hal::x86::TickScale::for_kilohertz(tsc_rate / 1000);
  utc_at_zero = read_real_time_clock() - hal::now().ns;
  return nullptr;
}

uint64_t apic_timer_rate() { return timer_rate; }

void spin_for(Duration span) {
  const Instant end = hal::now() + span;
  while (hal::now() < end) asm volatile("pause");
}

}  // namespace jacinth::x86_64

namespace jacinth::hal {

uint64_t ticks() { return x86_64::read_tsc(); }
bool programs_can_read_ticks() { return true; }
uint64_t ticks_per_second() { return x86_64::tsc_rate; }

Instant now() { return {static_cast<int64_t>(x86_64::scale.to_nanoseconds(ticks()))}; }

int64_t utc_at_start_ns() { return x86_64::utc_at_zero; }

}  // namespace jacinth::hal
