#include "hal/x86_64/apic.h"

#include "hal/x86_64/features.h"
#include "hal/x86_64/paging.h"
#include "hal/x86_64/processor.h"
#include "hal/x86_64/trap_frame.h"

namespace jacinth::x86_64 {
namespace {

enum Register : uint32_t {
  kId = 0x20,
  kEndOfInterrupt = 0xb0,
  kSpurious = 0xf0,
  kCommandLow = 0x300,
  kCommandHigh = 0x310,
  kTimerEntry = 0x320,
  kLine0 = 0x350,
  kLine1 = 0x360,
  kErrorEntry = 0x370,
  kInitialCount = 0x380,
  kCurrentCount = 0x390,
  kDivide = 0x3e0
};

constexpr uint32_t kEnabled = 1 << 8, kMasked = 1 << 16, kDeadlineMode = 1 << 18;
constexpr uint32_t kInit = 5 << 8, kStartup = 6 << 8, kNonMaskable = 4 << 8;
constexpr uint32_t kAssert = 1 << 14, kPendingCommand = 1 << 12, kAllOthers = 3 << 18;
constexpr uint32_t kDivideBy16 = 3;

// Null: registers are MSRs (x2APIC).
constinit volatile std::byte* registers = nullptr;

Msr msr_of(Register which) {
  return static_cast<Msr>(static_cast<uint32_t>(Msr::X2Apic) + which / 16);
}

void write(Register which, uint32_t value) {
  if (registers == nullptr) return write_msr(msr_of(which), value);
  *reinterpret_cast<volatile uint32_t*>(registers + which) = value;
}
uint32_t read(Register which) {
  if (registers == nullptr) return static_cast<uint32_t>(read_msr(msr_of(which)));
  return *reinterpret_cast<volatile uint32_t*>(registers + which);
}

void send(uint32_t apic_id, uint32_t command) {
  if (registers == nullptr) {
    // The MSR write is not ordered behind earlier stores by itself; the target must see them.
    asm volatile("mfence\n lfence" ::: "memory");
    return write_msr(msr_of(kCommandLow), uint64_t{apic_id} << 32 | command);
  }
  write(kCommandHigh, apic_id << 24);
  write(kCommandLow, command);
  while ((read(kCommandLow) & kPendingCommand) != 0) asm volatile("pause");
}

}  // namespace

uint32_t read_apic_id() {
  constexpr uint32_t kTopologyLeaf = 0xb;
  if (features.x2apic && cpuid(0).a >= kTopologyLeaf && cpuid(kTopologyLeaf).b != 0)
    return cpuid(kTopologyLeaf).d;
  return cpuid(1).b >> 24;
}

bool find_local_apic(PhysAddr at) {
  if (features.x2apic) return true;
  const auto mapped = map_device(at, kPageSize);
  if (mapped) registers = *mapped;
  return mapped.has_value();
}

void start_local_apic() {
  constexpr uint64_t kGlobalEnable = 1 << 11, kX2ApicEnable = 1 << 10;
  const uint64_t base = read_msr(Msr::ApicBase) | kGlobalEnable;
  write_msr(Msr::ApicBase, base);
  if (registers == nullptr) write_msr(Msr::ApicBase, base | kX2ApicEnable);
  write(kSpurious, kEnabled | kSpuriousVector);
  write(kLine0, kMasked);
  write(kLine1, kNonMaskable);  // the button, by convention
  write(kErrorEntry, kMasked);
  write(kDivide, kDivideBy16);
  write(kTimerEntry, kMasked | kTimerVector);
}

void end_of_interrupt() { write(kEndOfInterrupt, 0); }

void send_interrupt(uint32_t apic_id, uint8_t vector) { send(apic_id, kAssert | vector); }
void send_non_maskable_to_others() { send(0, kAllOthers | kAssert | kNonMaskable); }
void send_init(uint32_t apic_id) { send(apic_id, kAssert | kInit); }
void send_startup(uint32_t apic_id, uint8_t page) { send(apic_id, kAssert | kStartup | page); }

void set_timer_mode(bool tsc_deadline) {
  write(kTimerEntry, kTimerVector | (tsc_deadline ? kDeadlineMode : 0));
  // The mode must be set before a deadline is.
  asm volatile("mfence" ::: "memory");
}
void start_timer_count(uint32_t count) { write(kInitialCount, count); }
uint32_t timer_count() { return read(kCurrentCount); }

}  // namespace jacinth::x86_64
