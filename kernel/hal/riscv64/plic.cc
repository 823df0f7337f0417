#include "hal/riscv64/plic.h"

#include <algorithm>
#include <atomic>

#include "base/spinlock.h"
#include "hal/device_interrupts.h"
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
// Sources that programs have opened, and who is told of them.
constinit std::atomic<bool> opened[kMostSources] = {};
constinit void (*told)(uint32_t source) = nullptr;
constinit SpinLock lock{LockRank::Machine};

volatile uint32_t& register_at(size_t offset) {
  return *reinterpret_cast<volatile uint32_t*>(registers + offset);
}

uint32_t source_end() {
  return registers == nullptr ? 0 : std::min(kMostSources, board.plic_sources + 1);
}

// Sources are on at every hart; one of priority 0 never interrupts.
void set_priority(uint32_t source, uint32_t priority) { register_at(source * 4) = priority; }

}  // namespace

void set_up_plic() {
  if (board.plic.exists()) registers = map_device(board.plic.base, board.plic.bytes);
  silence_plic();
}

void silence_plic() {
  for (uint32_t source = 1; source < source_end(); ++source) set_priority(source, 0);
}

void start_plic_context(const Hart& hart) {
  if (registers == nullptr) return;
  const size_t enables = kEnables + hart.plic_context * kEnableStride;
  for (uint32_t source = 0; source < source_end(); source += 32)
    register_at(enables + source / 8) = source == 0 ? ~uint32_t{1} : ~uint32_t{0};
  register_at(kContexts + hart.plic_context * kContextStride) = 0;  // every priority
}

void set_interrupt_handler(uint32_t interrupt, void (*handler)()) {
  if (registers == nullptr || interrupt == 0 || interrupt >= kMostSources) return;
  handlers[interrupt] = handler;
  set_priority(interrupt, 1);
}

void take_external_interrupts(const Hart& hart) {
  const size_t claim = kContexts + hart.plic_context * kContextStride + kClaim;
  while (const uint32_t interrupt = register_at(claim)) {
    const bool is_known = interrupt < kMostSources;
    if (is_known && handlers[interrupt] != nullptr) handlers[interrupt]();
    const bool is_opened = is_known && opened[interrupt].load(std::memory_order_acquire);
    // A program deals with it later: it is off until then, and not only claimed, so that this hart
    // need not be the one that ends it.
    if (is_opened) set_priority(interrupt, 0);
    register_at(claim) = interrupt;
    if (is_opened) told(interrupt);
  }
}

}  // namespace jacinth::riscv64

namespace jacinth::hal {

using namespace riscv64;

void set_device_interrupt_handler(void (*handler)(uint32_t interrupt)) { told = handler; }

// How a source is triggered is wired. All come by level to programs: they are off until they are
// dealt with.
Result<> open_line(uint32_t line, TriggerMode mode) {
  if (line == 0 || line >= source_end()) return fail(Status::InvalidArgs);
  if (mode != TriggerMode::Default && mode != TriggerMode::LevelHigh)
    return fail(Status::InvalidArgs);
  LockGuard guard(lock);
  if (handlers[line] != nullptr || opened[line].load(std::memory_order_relaxed))
    return fail(Status::AlreadyBound);
  opened[line].store(true, std::memory_order_release);
  return {};
}

void close_line(uint32_t line) {
  LockGuard guard(lock);
  set_priority(line, 0);
  opened[line].store(false, std::memory_order_release);
}

void mask_line(uint32_t line) { set_priority(line, 0); }
void unmask_line(uint32_t line) { set_priority(line, 1); }

// They would need an IMSIC.
Result<Messages> open_messages(uint32_t) { return fail(Status::NotSupported); }
void close_messages(uint32_t, uint32_t) {}

}  // namespace jacinth::hal
