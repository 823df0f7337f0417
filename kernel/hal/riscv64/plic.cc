#include "hal/riscv64/plic.h"

#include <algorithm>

#include "hal/riscv64/board.h"
#include "hal/riscv64/paging.h"

namespace jacinth::riscv64 {
namespace {

constexpr uint32_t kMostSources = 128;

// Register blocks, in bytes from the base.
constexpr size_t kEnables = 0x2000, kEnableStride = 0x80, kContexts = 0x20'0000,
                 kContextStride = 0x1000, kClaim = 4;

constinit volatile std::byte* registers = nullptr;
constinit void (*handlers[kMostSources])() = {};

volatile uint32_t& register_at(size_t offset) {
  return *reinterpret_cast<volatile uint32_t*>(registers + offset);
}

}  // namespace

void set_up_plic() {
  if (board.plic.exists()) registers = map_device(board.plic.base, board.plic.bytes);
}

void start_plic_context(const Hart& hart) {
  if (registers == nullptr) return;
  const size_t enables = kEnables + hart.plic_context * kEnableStride;
  for (uint32_t source = 0; source < std::min(kMostSources, board.plic_sources + 1); source += 32) {
    uint32_t bits = 0;
    for (uint32_t i = 0; i < 32; ++i) bits |= uint32_t{handlers[source + i] != nullptr} << i;
    register_at(enables + source / 8) = bits;
  }
  register_at(kContexts + hart.plic_context * kContextStride) = 0;  // every priority
}

void set_interrupt_handler(uint32_t interrupt, void (*handler)()) {
  if (registers == nullptr || interrupt == 0 || interrupt >= kMostSources) return;
  handlers[interrupt] = handler;
  register_at(interrupt * 4) = 1;
  start_plic_context(this_hart());
}

void take_external_interrupts(const Hart& hart) {
  const size_t claim = kContexts + hart.plic_context * kContextStride + kClaim;
  while (const uint32_t interrupt = register_at(claim)) {
    if (interrupt < kMostSources && handlers[interrupt] != nullptr) handlers[interrupt]();
    register_at(claim) = interrupt;
  }
}

}  // namespace jacinth::riscv64
