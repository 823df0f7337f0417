#include "hal/x86_64/interrupts.h"

#include <array>
#include <bit>

#include "base/spinlock.h"
#include "hal/x86_64/ioapic.h"
#include "hal/x86_64/trap_frame.h"

namespace jacinth::x86_64 {
namespace {

// Handlers run without the lock: what one has just given up may run once more, with either
// argument.
struct Handler {
  std::atomic<InterruptHandler> run{nullptr};
  std::atomic<uint64_t> argument{0};
};
struct Handlers {
  std::array<Handler, kDeviceVectors> by_vector{};
  std::array<std::atomic<uint32_t>, kDeviceVectors> level_lines{};  // plus one; 0: not by level
  uint64_t taken = 0;                                               // a bit each

  // Before the device is told its vector.
  void take(uint64_t at, InterruptHandler handler, uint64_t argument) {
    taken |= uint64_t{1} << at;
    by_vector[at].argument.store(argument, std::memory_order_relaxed);
    by_vector[at].run.store(handler, std::memory_order_release);
  }
};
constinit Handlers handlers;
constinit SpinLock lock{LockRank::Machine};

static_assert(kDeviceVectors == 64, "a bit each");

// Of `count` free vectors in a row, the first: aligned by its number, which messages are made of.
uint64_t find_free(uint64_t taken, uint64_t count) {
  const uint64_t wanted = count == kDeviceVectors ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
  for (uint64_t at = 0; at + count <= kDeviceVectors; ++at) {
    if ((kFirstDeviceVector + at) % count == 0 && (taken & wanted << at) == 0) return at;
  }
  return kDeviceVectors;
}

}  // namespace

uint64_t take_vector(InterruptHandler handler, uint64_t argument) {
  LockGuard guard(lock);
  const uint64_t at = find_free(handlers.taken, 1);
  if (at == kDeviceVectors) return 0;
  handlers.take(at, handler, argument);
  return kFirstDeviceVector + at;
}

uint64_t take_vectors(uint64_t count, InterruptHandler handler) {
  LockGuard guard(lock);
  const uint64_t first = find_free(handlers.taken, count);
  if (first == kDeviceVectors) return 0;
  for (uint64_t at = first; at < first + count; ++at)
    handlers.take(at, handler, kFirstDeviceVector + at);
  return kFirstDeviceVector + first;
}

void free_vectors(uint64_t first, uint64_t count) {
  LockGuard guard(lock);
  for (uint64_t at = first - kFirstDeviceVector; count != 0; ++at, --count) {
    handlers.level_lines[at].store(0, std::memory_order_relaxed);
    handlers.by_vector[at].run.store(nullptr, std::memory_order_relaxed);
    handlers.taken &= ~(uint64_t{1} << at);
  }
}

void set_level_line(uint64_t vector, uint32_t line) {
  handlers.level_lines[vector - kFirstDeviceVector].store(line + 1, std::memory_order_release);
}

void mask_if_level(uint64_t vector) {
  const uint32_t line =
      handlers.level_lines[vector - kFirstDeviceVector].load(std::memory_order_acquire);
  if (line != 0) set_line_mask(line - 1, true);
}

bool connect_isa_line(unsigned line, InterruptHandler handler, uint64_t argument) {
  const uint64_t vector = take_vector(handler, argument);
  return vector != 0 && route_isa_line(line, static_cast<uint8_t>(vector));
}

void run_handlers(Cpu& cpu) {
  if (cpu.interrupts.load(std::memory_order_relaxed) == 0) [[likely]]
    return;
  uint64_t waiting = cpu.interrupts.exchange(0, std::memory_order_acquire);
  for (; waiting != 0; waiting &= waiting - 1) {
    Handler& handler = handlers.by_vector[static_cast<size_t>(std::countr_zero(waiting))];
    const InterruptHandler run = handler.run.load(std::memory_order_acquire);
    if (run != nullptr) run(handler.argument.load(std::memory_order_relaxed));
  }
}

}  // namespace jacinth::x86_64
