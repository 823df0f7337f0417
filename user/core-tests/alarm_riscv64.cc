// The board `virt`'s: the alarm of its real-time clock (goldfish).
#include <zircon/syscalls/ipc.h>

#include "alarm.h"
#include "support.h"

namespace core {
namespace {

constexpr zx_paddr_t kPlace = 0x10'1000;
constexpr size_t kBytes = 4096;
constexpr uint32_t kLine = 11;

// In words. Reading the lower half of the time keeps the upper for the next read; writing the lower
// half of the alarm sets it.
constexpr size_t kTimeLow = 0, kTimeHigh = 1, kAlarmLow = 2, kAlarmHigh = 3, kEnabled = 4,
                 kClearAlarm = 5, kClearInterrupt = 7;

}  // namespace

Alarm::Alarm() {
  if (user::startup().environment("core-tests.machine") != "riscv64") {
    say("    no device is known of that would interrupt");
    return;
  }
  Handle memory;
  EXPECT_OK(zx_vmo_create_physical(root_resource(), kPlace, kBytes, memory.out()));
  zx_vaddr_t at = 0;
  EXPECT_OK(zx_vmar_map(user::root_vmar(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, memory.get(), 0,
                        kBytes, &at));
  registers_ = reinterpret_cast<volatile uint32_t*>(at);
  line_ = kLine;
  options_ = ZX_INTERRUPT_MODE_LEVEL_HIGH;
}

Alarm::~Alarm() {
  if (registers_ == nullptr) return;
  hush();
  registers_[kEnabled] = 0;
  EXPECT_OK(zx_vmar_unmap(user::root_vmar(), reinterpret_cast<zx_vaddr_t>(registers_), kBytes));
}

void Alarm::set() {
  constexpr uint64_t kMillisecond = 1'000'000;
  const uint64_t low = registers_[kTimeLow];
  const uint64_t when = (uint64_t{registers_[kTimeHigh]} << 32 | low) + kMillisecond;
  registers_[kEnabled] = 1;
  registers_[kAlarmHigh] = static_cast<uint32_t>(when >> 32);
  registers_[kAlarmLow] = static_cast<uint32_t>(when);
}

// The alarm is over when its time has come: nothing tells more.
bool Alarm::is_ringing() const {
  constexpr size_t kAlarmStatus = 6;
  return registers_[kAlarmStatus] == 0;
}

void Alarm::hush() {
  registers_[kClearAlarm] = 1;
  registers_[kClearInterrupt] = 1;
}

}  // namespace core
