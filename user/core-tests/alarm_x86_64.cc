// A PC's: the second timer of its HPET (IA-PC HPET specification 1.0a).
#include <zircon/syscalls/ipc.h>

#include <bit>

#include "alarm.h"
#include "support.h"

namespace core {
namespace {

constexpr zx_paddr_t kPlace = 0xfed0'0000;
constexpr size_t kBytes = 4096;

// In words of 32 bits.
constexpr size_t kPeriod = 1, kConfiguration = 4, kStatus = 8, kCounter = 60;
constexpr size_t kTimer = 0x120 / 4, kRoutes = kTimer + 1, kComparator = kTimer + 2;
constexpr uint32_t kOn = 1, kTimerBit = 1 << 1;
constexpr uint32_t kByLevel = 1 << 1, kInterrupts = 1 << 2, kNarrow = 1 << 8;
constexpr int kRouteShift = 9;

bool is_pc() {
  zx_paddr_t rsdp = 0;
  zx_paddr_t smbios = 0;
  return zx_pc_firmware_tables(root_resource(), &rsdp, &smbios) == ZX_OK;
}

}  // namespace

Alarm::Alarm() {
  if (!is_pc()) {
    say("    the host's devices are not programs'");
    return;
  }
  Handle memory;
  EXPECT_OK(zx_vmo_create_physical(root_resource(), kPlace, kBytes, memory.out()));
  EXPECT_OK(zx_vmo_set_cache_policy(memory.get(), ZX_CACHE_POLICY_UNCACHED_DEVICE));
  zx_vaddr_t at = 0;
  EXPECT_OK(zx_vmar_map(user::root_vmar(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, memory.get(), 0,
                        kBytes, &at));
  registers_ = reinterpret_cast<volatile uint32_t*>(at);
  // One that nobody else can have: PCI's devices are on lines from 16 on, from below.
  line_ = static_cast<uint32_t>(std::bit_width(registers_[kRoutes])) - 1;
  options_ = ZX_INTERRUPT_MODE_LEVEL_HIGH;
  registers_[kConfiguration] = registers_[kConfiguration] | kOn;
}

Alarm::~Alarm() {
  if (registers_ == nullptr) return;
  // Its line is lowered only as long as it is known.
  registers_[kTimer] = registers_[kTimer] & ~kInterrupts;
  hush();
  EXPECT_OK(zx_vmar_unmap(user::root_vmar(), reinterpret_cast<zx_vaddr_t>(registers_), kBytes));
}

void Alarm::set() {
  constexpr uint64_t kFemtosecondsPerMillisecond = 1'000'000'000'000;
  const auto ticks = static_cast<uint32_t>(kFemtosecondsPerMillisecond / registers_[kPeriod]);
  registers_[kTimer] = line_ << kRouteShift | kByLevel | kInterrupts | kNarrow;
  registers_[kComparator] = registers_[kCounter] + ticks;
}

bool Alarm::is_ringing() const { return (registers_[kStatus] & kTimerBit) != 0; }
void Alarm::hush() { registers_[kStatus] = kTimerBit; }

}  // namespace core
