#include "hal/x86_64/ioapic.h"

#include <array>

#include "base/spinlock.h"
#include "hal/x86_64/acpi.h"
#include "hal/x86_64/apic.h"
#include "hal/x86_64/paging.h"

namespace jacinth::x86_64 {
namespace {

constexpr size_t kSelect = 0x00, kWindow = 0x10, kRegisterBytes = 0x20;
constexpr uint32_t kVersion = 1, kFirstEntry = 0x10;
constexpr uint32_t kActiveLow = 1 << 13, kLevel = 1 << 15, kMasked = 1 << 16;

struct Controller {
  volatile std::byte* registers = nullptr;
  uint32_t first_line = 0;
  uint32_t lines = 0;
};
constinit std::array<Controller, 8> controllers{};
constinit SpinLock lock{LockRank::Machine};

void write_register(const Controller& controller, uint32_t index, uint32_t value) {
  *reinterpret_cast<volatile uint32_t*>(controller.registers + kSelect) = index;
  *reinterpret_cast<volatile uint32_t*>(controller.registers + kWindow) = value;
}
uint32_t read_register(const Controller& controller, uint32_t index) {
  *reinterpret_cast<volatile uint32_t*>(controller.registers + kSelect) = index;
  return *reinterpret_cast<volatile uint32_t*>(controller.registers + kWindow);
}

void write_entry(const Controller& controller, uint32_t line, uint64_t entry) {
  const uint32_t index = kFirstEntry + 2 * line;
  write_register(controller, index + 1, static_cast<uint32_t>(entry >> 32));
  write_register(controller, index, static_cast<uint32_t>(entry));
}

}  // namespace

void start_io_apics() {
  for (size_t i = 0; i < acpi().io_apic_count; ++i) {
    const auto mapped = map_device(acpi().io_apics[i].registers, kRegisterBytes);
    if (!mapped) continue;
    Controller& controller = controllers[i];
    controller.registers = *mapped;
    controller.first_line = acpi().io_apics[i].first_line;
    controller.lines = (read_register(controller, kVersion) >> 16 & 0xff) + 1;
    for (uint32_t line = 0; line < controller.lines; ++line) write_entry(controller, line, kMasked);
  }
}

bool route_isa_line(unsigned line, uint8_t vector) {
  const LineRoute route = acpi().isa_lines[line];
  LockGuard guard(lock);
  for (const Controller& controller : controllers) {
    if (route.line < controller.first_line ||
        route.line - controller.first_line >= controller.lines)
      continue;
    uint64_t entry = uint64_t{acpi().apic_ids[0]} << 56 | vector;
    if (route.active_low) entry |= kActiveLow;
    if (route.level) entry |= kLevel;
    write_entry(controller, route.line - controller.first_line, entry);
    return true;
  }
  return false;
}

}  // namespace jacinth::x86_64
