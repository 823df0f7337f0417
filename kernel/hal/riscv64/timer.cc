#include "hal/riscv64/timer.h"

#include <numeric>

#include "hal/clock.h"
#include "hal/riscv64/board.h"
#include "hal/riscv64/csr.h"
#include "hal/riscv64/paging.h"
#include "hal/riscv64/sbi.h"
#include "hal/user_ticks.h"

namespace jacinth::riscv64 {
namespace {

constexpr uint64_t kNanoseconds = 1'000'000'000;
constexpr uint64_t kNever = ~uint64_t{0};

constinit uint64_t rate = 0;
// Nanoseconds are ticks times `numerator` / `denominator`, in lowest terms.
constinit uint64_t numerator = 1, denominator = 1;
constinit bool has_sstc = false;
constinit int64_t utc_at_zero = 0;

// The register for it, stimecmp, by number: assemblers may not know it.
void set_compare(uint64_t ticks) {
  if (has_sstc) {
    write_csr("0x14d", ticks);
  } else {
    sbi::call(sbi::kTime, 0, ticks);
  }
}

void arm(Instant deadline) {
  if (deadline == kForever) return set_compare(kNever);
  if (deadline.ns <= 0) return set_compare(0);
  // The first tick at which now() has reached it.
  const auto ns = static_cast<uint64_t>(deadline.ns);
  const uint64_t whole = ns / numerator * denominator;
  const uint64_t part = (ns % numerator * denominator + numerator - 1) / numerator;
  set_compare(whole + part);
}

// Where it may not be used, the access traps to the instruction after the next.
bool may_use_sstc() {
  uint64_t allowed = 1, scratch;
  asm volatile(
      ".option push\n .balign 4\n .option norvc\n"
      "lla %1, 1f\n"
      "csrrw %1, stvec, %1\n"
      "csrr zero, 0x14d\n"
      "j 2f\n"
      "1: li %0, 0\n"
      "2: csrw stvec, %1\n"
      ".option pop\n"
      : "+r"(allowed), "=&r"(scratch)::"memory");
  return allowed != 0;
}

// Nanoseconds since 1970 from a goldfish clock; reading the lower half latches the upper one.
int64_t read_real_time() {
  if (!board.clock.exists()) return 0;
  volatile std::byte* registers = map_device(board.clock.base, board.clock.bytes);
  const uint32_t low = *reinterpret_cast<volatile uint32_t*>(registers);
  const uint32_t high = *reinterpret_cast<volatile uint32_t*>(registers + 4);
  return static_cast<int64_t>(uint64_t{high} << 32 | low);
}

}  // namespace

void set_up_clock(uint64_t ticks_a_second, bool sstc) {
  rate = ticks_a_second;
  const uint64_t common = std::gcd(kNanoseconds, rate);
  numerator = kNanoseconds / common;
  denominator = rate / common;
  has_sstc = sstc && may_use_sstc();
  if (const int64_t utc = read_real_time(); utc != 0) utc_at_zero = utc - hal::now().ns;
}

void stop_timer() { set_compare(kNever); }

void timer_expired(Hart& hart) {
  if (hart.timer.has_expired(hal::now())) return stop_timer();
  arm(hart.timer.deadline());
}

}  // namespace jacinth::riscv64

namespace jacinth::hal {

using namespace riscv64;

uint64_t ticks() { return read_csr("time"); }
bool programs_can_read_ticks() { return true; }
uint64_t ticks_per_second() { return rate; }

Instant now() {
  const uint64_t count = ticks();
  if (denominator == 1) return {static_cast<int64_t>(count * numerator)};
  return {static_cast<int64_t>(count / denominator * numerator +
                               count % denominator * numerator / denominator)};
}

int64_t utc_at_start_ns() { return utc_at_zero; }

void set_timer(Instant deadline) {
  if (this_hart().timer.change(deadline)) arm(deadline);
}

}  // namespace jacinth::hal
