#include "hal/x86_64/acpi.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "hal/x86_64/paging.h"

namespace jacinth::x86_64 {
namespace {

constinit AcpiInfo info;

using Bytes = std::span<const std::byte>;

constexpr size_t kHeaderBytes = 36;
constexpr size_t kMostTableBytes = 1 << 20;

// A field at its offset; 0 beyond the table's end.
template <typename T>
T field(Bytes table, size_t offset) {
  T value{};
  if (offset <= table.size() && sizeof value <= table.size() - offset)
    memcpy(&value, table.data() + offset, sizeof value);
  return value;
}

bool adds_up(Bytes table) {
  uint8_t sum = 0;
  for (std::byte b : table) sum = static_cast<uint8_t>(sum + std::to_integer<uint8_t>(b));
  return sum == 0;
}

Bytes map_bytes(PhysAddr at, size_t bytes) {
  const auto mapped = map_firmware(at, bytes);
  return mapped ? Bytes(*mapped, bytes) : Bytes{};
}

// A whole table; empty when it is damaged.
Bytes map_table(PhysAddr at) {
  if (raw(at) == 0) return {};
  const auto length = field<uint32_t>(map_bytes(at, kHeaderBytes), 4);
  if (length < kHeaderBytes || length > kMostTableBytes) return {};
  const Bytes table = map_bytes(at, length);
  return adds_up(table) ? table : Bytes{};
}

std::string_view signature(Bytes table) {
  return {reinterpret_cast<const char*>(table.data()), std::min<size_t>(4, table.size())};
}

// MADT: CPUs and interrupt controllers.

void add_cpu(uint32_t apic_id, uint32_t flags) {
  constexpr uint32_t kEnabled = 1;
  const auto known = std::span(info.apic_ids).first(info.cpu_count);
  if ((flags & kEnabled) == 0 || info.cpu_count == hal::kMaxCpus) return;
  if (std::ranges::find(known, apic_id) == known.end()) info.apic_ids[info.cpu_count++] = apic_id;
}

void add_line(Bytes entry) {
  const auto line = field<uint8_t>(entry, 3);
  const auto flags = field<uint16_t>(entry, 8);
  if (line >= info.isa_lines.size()) return;
  info.isa_lines[line] = {.line = field<uint32_t>(entry, 4),
                          .active_low = (flags & 3) == 3,
                          .level = (flags >> 2 & 3) == 3};
}

void read_interrupt_controllers(Bytes table) {
  info.local_apic = PhysAddr{field<uint32_t>(table, 36)};
  for (size_t at = 44; at + 2 <= table.size();) {
    const auto length = field<uint8_t>(table, at + 1);
    if (length < 2 || length > table.size() - at) return;
    const Bytes entry = table.subspan(at, length);
    switch (field<uint8_t>(entry, 0)) {
      case 0:
        add_cpu(field<uint8_t>(entry, 3), field<uint32_t>(entry, 4));
        break;
      case 1:
        if (info.io_apic_count < info.io_apics.size())
          info.io_apics[info.io_apic_count++] = {PhysAddr{field<uint32_t>(entry, 4)},
                                                 field<uint32_t>(entry, 8)};
        break;
      case 2:
        add_line(entry);
        break;
      case 5:
        info.local_apic = PhysAddr{field<uint64_t>(entry, 4)};
        break;
      case 9:
        add_cpu(field<uint32_t>(entry, 4), field<uint32_t>(entry, 8));
        break;
    }
    at += length;
  }
}

// FADT: power, reset, the power-management timer.

// The numbers of sleep state 5 are in a package that the DSDT names _S5_:
//   NameOp '_S5_' PackageOp length count number number …
void find_off_values(Bytes code) {
  constexpr std::string_view kName = "_S5_";
  constexpr auto kPackage = std::byte{0x12};
  const std::string_view text(reinterpret_cast<const char*>(code.data()), code.size());
  const size_t found = text.find(kName);
  if (found == std::string_view::npos) return;
  size_t at = found + kName.size();
  if (field<std::byte>(code, at++) != kPackage) return;
  at += 1 + (field<uint8_t>(code, at) >> 6);  // the length's own length is in its first byte
  ++at;                                       // count
  auto number = [&]() -> uint16_t {
    constexpr uint8_t kByte = 0x0a, kWord = 0x0b;
    const auto prefix = field<uint8_t>(code, at++);
    if (prefix == kByte) return field<uint8_t>(code, at++);
    if (prefix != kWord) return prefix <= 1 ? prefix : 0;  // ZeroOp and OneOp are their values
    at += 2;
    return field<uint16_t>(code, at - 2);
  };
  constexpr uint16_t kSleepEnable = 1 << 13;
  constexpr unsigned kSleepTypeShift = 10;
  info.off_value = static_cast<uint16_t>((number() & 7) << kSleepTypeShift | kSleepEnable);
  info.off_value_b = static_cast<uint16_t>((number() & 7) << kSleepTypeShift | kSleepEnable);
}

void read_fixed_hardware(Bytes table) {
  constexpr uint32_t kTimer32 = 1 << 8, kResetRegister = 1 << 10;
  constexpr uint8_t kPortSpace = 1;
  const auto flags = field<uint32_t>(table, 112);
  info.timer_port = static_cast<uint16_t>(field<uint32_t>(table, 76));
  info.timer_has_32_bits = (flags & kTimer32) != 0;
  info.power_port = static_cast<uint16_t>(field<uint32_t>(table, 64));
  info.power_port_b = static_cast<uint16_t>(field<uint32_t>(table, 68));
  info.can_reset = (flags & kResetRegister) != 0 && field<uint8_t>(table, 116) == kPortSpace;
  info.reset_port = static_cast<uint16_t>(field<uint64_t>(table, 120));
  info.reset_value = field<uint8_t>(table, 128);
  auto code = PhysAddr{field<uint64_t>(table, 140)};
  if (raw(code) == 0) code = PhysAddr{field<uint32_t>(table, 40)};
  find_off_values(map_table(code));
}

void read_pci_configuration(Bytes table) {
  constexpr size_t kFirstEntry = 44;
  info.ecam = PhysAddr{field<uint64_t>(table, kFirstEntry)};
  info.ecam_first_bus = field<uint8_t>(table, kFirstEntry + 10);
  info.ecam_last_bus = field<uint8_t>(table, kFirstEntry + 11);
}

void read_table(Bytes table) {
  constexpr uint8_t kMemorySpace = 0;
  const std::string_view name = signature(table);
  if (name == "APIC") read_interrupt_controllers(table);
  if (name == "FACP") read_fixed_hardware(table);
  if (name == "MCFG") read_pci_configuration(table);
  if (name == "HPET" && field<uint8_t>(table, 40) == kMemorySpace)
    info.hpet = PhysAddr{field<uint64_t>(table, 44)};
}

}  // namespace

void read_acpi(PhysAddr rsdp, uint32_t own_apic_id) {
  constexpr size_t kRootPointerBytes = 36;
  info.apic_ids[0] = own_apic_id;
  info.cpu_count = 1;
  for (uint32_t line = 0; line < info.isa_lines.size(); ++line) info.isa_lines[line] = {line};
  if (raw(rsdp) == 0) return;
  info.root_pointer = rsdp;
  const Bytes pointer = map_bytes(rsdp, kRootPointerBytes);
  if (!std::string_view(reinterpret_cast<const char*>(pointer.data()), pointer.size())
           .starts_with("RSD PTR "))
    return;
  // The first version has a table of 32-bit addresses, later ones of 64 bits.
  const bool wide = field<uint8_t>(pointer, 15) >= 2 && field<uint64_t>(pointer, 24) != 0;
  const Bytes root =
      map_table(PhysAddr{wide ? field<uint64_t>(pointer, 24) : field<uint32_t>(pointer, 16)});
  const size_t entry_bytes = wide ? 8 : 4;
  for (size_t at = kHeaderBytes; at + entry_bytes <= root.size(); at += entry_bytes)
    read_table(map_table(PhysAddr{wide ? field<uint64_t>(root, at) : field<uint32_t>(root, at)}));
}

const AcpiInfo& acpi() { return info; }

}  // namespace jacinth::x86_64
