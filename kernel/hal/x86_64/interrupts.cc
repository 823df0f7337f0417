#include "hal/x86_64/interrupts.h"

#include <array>
#include <bit>

#include "base/spinlock.h"
#include "hal/x86_64/ioapic.h"
#include "hal/x86_64/trap_frame.h"

namespace jacinth::x86_64 {
namespace {

struct Handler {
  InterruptHandler run = nullptr;
  uint64_t argument = 0;
};
struct Handlers {
  std::array<Handler, kDeviceVectors> by_vector{};
  size_t count = 0;
};
constinit Handlers handlers;
constinit SpinLock lock{LockRank::Machine};

}  // namespace

uint64_t take_vector(InterruptHandler handler, uint64_t argument) {
  LockGuard guard(lock);
  if (handlers.count == kDeviceVectors) return 0;
  // Written before the device is told its vector, and never changed: handlers run without the lock.
  handlers.by_vector[handlers.count] = {handler, argument};
  return kFirstDeviceVector + handlers.count++;
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
    const Handler& handler = handlers.by_vector[static_cast<size_t>(std::countr_zero(waiting))];
    if (handler.run != nullptr) handler.run(handler.argument);
  }
}

}  // namespace jacinth::x86_64
