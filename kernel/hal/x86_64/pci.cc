#include "hal/x86_64/pci.h"

#include "hal/x86_64/acpi.h"
#include "hal/x86_64/paging.h"
#include "hal/x86_64/processor.h"

namespace jacinth::x86_64 {
namespace {

constexpr uint16_t kCommand = 0x04, kHeaderType = 0x0e, kFirstBar = 0x10, kSecondaryBus = 0x19,
                   kFirstCapability = 0x34;
constexpr uint8_t kMultiFunction = 0x80, kBridge = 1, kMsix = 0x11;
constexpr uint16_t kNoVendor = 0xffff;
constexpr unsigned kBars = 6;
constexpr int kDeepestBridge = 8;

// The memory-mapped space, a page for each function; null: it is behind two ports.
constinit volatile std::byte* ecam = nullptr;
constexpr uint16_t kAddressPort = 0xcf8, kDataPort = 0xcfc;

uint32_t place_of(const PciFunction& f) {
  return uint32_t{f.bus} << 16 | uint32_t{f.device} << 11 | uint32_t{f.function} << 8;
}

bool is_in_ecam(const PciFunction& f) {
  return ecam != nullptr && f.bus >= acpi().ecam_first_bus && f.bus <= acpi().ecam_last_bus;
}
volatile uint32_t* ecam_word(const PciFunction& f, uint16_t offset) {
  return reinterpret_cast<volatile uint32_t*>(ecam + (uint64_t{place_of(f)} << 4) + offset);
}

void visit_bus(uint8_t bus, int depth, void (*found)(const PciFunction&));

void visit(const PciFunction& function, int depth, void (*found)(const PciFunction&)) {
  found(function);
  const uint8_t below = function.read8(kSecondaryBus);
  if ((function.read8(kHeaderType) & ~kMultiFunction) != kBridge || below <= function.bus) return;
  if (depth < kDeepestBridge) visit_bus(below, depth + 1, found);
}

void visit_bus(uint8_t bus, int depth, void (*found)(const PciFunction&)) {
  constexpr uint8_t kDevices = 32, kFunctions = 8;
  for (uint8_t device = 0; device < kDevices; ++device) {
    const PciFunction first{bus, device, 0};
    if (first.vendor() == kNoVendor) continue;
    visit(first, depth, found);
    if ((first.read8(kHeaderType) & kMultiFunction) == 0) continue;
    for (uint8_t function = 1; function < kFunctions; ++function) {
      const PciFunction other{bus, device, function};
      if (other.vendor() != kNoVendor) visit(other, depth, found);
    }
  }
}

}  // namespace

uint32_t PciFunction::read32(uint16_t offset) const {
  if (is_in_ecam(*this)) return *ecam_word(*this, offset);
  constexpr uint32_t kEnable = 1u << 31;
  out32(kAddressPort, kEnable | place_of(*this) | offset);
  return in32(kDataPort);
}
void PciFunction::write32(uint16_t offset, uint32_t value) const {
  if (is_in_ecam(*this)) {
    *ecam_word(*this, offset) = value;
    return;
  }
  constexpr uint32_t kEnable = 1u << 31;
  out32(kAddressPort, kEnable | place_of(*this) | offset);
  out32(kDataPort, value);
}
void PciFunction::write(uint16_t offset, uint32_t width, uint32_t value) const {
  constexpr uint32_t kEnable = 1u << 31;
  const bool in_memory = is_in_ecam(*this);
  volatile void* const place =
      in_memory ? ecam + (uint64_t{place_of(*this)} << 4) + offset : nullptr;
  const auto port = static_cast<uint16_t>(kDataPort + (offset & 3));
  if (!in_memory) out32(kAddressPort, kEnable | place_of(*this) | (offset & ~3u));
  switch (width) {
    case 1:
      if (in_memory) {
        *static_cast<volatile uint8_t*>(place) = static_cast<uint8_t>(value);
      } else {
        out8(port, static_cast<uint8_t>(value));
      }
      return;
    case 2:
      if (in_memory) {
        *static_cast<volatile uint16_t*>(place) = static_cast<uint16_t>(value);
      } else {
        out16(port, static_cast<uint16_t>(value));
      }
      return;
    default:
      write32(offset, value);
  }
}
uint16_t PciFunction::read16(uint16_t offset) const {
  return static_cast<uint16_t>(read32(offset & ~3) >> (offset & 2) * 8);
}
uint8_t PciFunction::read8(uint16_t offset) const {
  return static_cast<uint8_t>(read32(offset & ~3) >> (offset & 3) * 8);
}

void PciFunction::enable() const {
  constexpr uint32_t kMemory = 1 << 1, kBusMaster = 1 << 2, kNoLineInterrupt = 1 << 10;
  // The status, in the upper half, is cleared by ones.
  write32(kCommand, read16(kCommand) | kMemory | kBusMaster | kNoLineInterrupt);
}

void PciFunction::disable() const {
  constexpr uint32_t kBusMaster = 1 << 2;
  if ((read8(kHeaderType) & ~kMultiFunction) == 0)
    write32(kCommand, read16(kCommand) & ~kBusMaster);
}

std::optional<PhysAddr> PciFunction::memory_bar(unsigned index) const {
  constexpr uint32_t kPorts = 1, kWide = 2 << 1, kFlags = 0xf;
  if (index >= kBars) return std::nullopt;
  const auto offset = static_cast<uint16_t>(kFirstBar + 4 * index);
  const uint32_t low = read32(offset);
  if ((low & kPorts) != 0) return std::nullopt;
  uint64_t address = low & ~kFlags;
  if ((low & kWide) != 0 && index + 1 < kBars) address |= uint64_t{read32(offset + 4)} << 32;
  if (address == 0) return std::nullopt;
  return PhysAddr{address};
}

uint16_t PciFunction::find_capability(uint8_t number, uint16_t after) const {
  constexpr unsigned kMostCapabilities = 48;  // the list lies in 192 bytes; a loop is a fault
  uint16_t at = read8(after == 0 ? kFirstCapability : static_cast<uint16_t>(after + 1)) & ~3;
  for (unsigned i = 0; at != 0 && i < kMostCapabilities; ++i) {
    if (read8(at) == number) return at;
    at = read8(static_cast<uint16_t>(at + 1)) & ~3;
  }
  return 0;
}

bool PciFunction::connect_msix(uint8_t vector) const {
  constexpr uint32_t kEnable = 1u << 31, kMaskedAll = 1u << 30;
  constexpr uint32_t kLocalApics = 0xfee0'0000;
  constexpr uint64_t kEntryBytes = 16;
  const uint16_t capability = find_capability(kMsix);
  if (capability == 0) return false;
  const uint32_t table = read32(static_cast<uint16_t>(capability + 4));
  const auto bar = memory_bar(table & 7);
  if (!bar) return false;
  const auto mapped = map_device(*bar + (table & ~7u), kEntryBytes);
  if (!mapped) return false;
  auto* entry = reinterpret_cast<volatile uint32_t*>(*mapped);
  entry[0] = kLocalApics | acpi().apic_ids[0] << 12;
  entry[1] = 0;
  entry[2] = vector;
  entry[3] = 0;  // not masked
  write32(capability, (read32(capability) & ~kMaskedAll) | kEnable);
  return true;
}

void start_pci() {
  if (raw(acpi().ecam) == 0 || acpi().ecam_last_bus < acpi().ecam_first_bus) return;
  constexpr uint64_t kBusBytes = 1 << 20;
  const uint64_t first = uint64_t{acpi().ecam_first_bus} * kBusBytes;
  const uint64_t buses = uint64_t{acpi().ecam_last_bus} - acpi().ecam_first_bus + 1;
  if (const auto mapped = map_device(acpi().ecam + first, buses * kBusBytes))
    ecam = *mapped - first;
}

bool has_extended_pci() { return ecam != nullptr; }

void for_each_pci_function(void (*found)(const PciFunction&)) { visit_bus(0, 0, found); }

}  // namespace jacinth::x86_64
