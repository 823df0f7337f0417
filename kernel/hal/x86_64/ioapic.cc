#include "hal/x86_64/ioapic.h"

#include <algorithm>
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
// 0: the line is nobody's.
constexpr uint32_t kVector = 0xff;

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

uint32_t read_entry_low(const Controller& controller, uint32_t line) {
  return read_register(controller, kFirstEntry + 2 * line);
}

// The I/O APIC that has the line, and which of its own it is.
struct Place {
  const Controller* controller = nullptr;
  uint32_t line = 0;
};
Place place_of(uint32_t line) {
  for (const Controller& controller : controllers) {
    if (line >= controller.first_line && line - controller.first_line < controller.lines)
      return {&controller, line - controller.first_line};
  }
  return {};
}

uint64_t entry_for(uint8_t vector, bool active_low, bool level) {
  uint64_t entry = uint64_t{acpi().apic_ids[0]} << 56 | vector;
  if (active_low) entry |= kActiveLow;
  if (level) entry |= kLevel;
  return entry;
}

// What the firmware says of an old line's wiring; PCI's lines are all low and by level.
LineRoute wiring_of(uint32_t line) {
  for (const LineRoute& route : acpi().isa_lines) {
    if (route.line == line) return route;
  }
  return {.line = line, .active_low = true, .level = true};
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

uint32_t io_apic_lines() {
  uint32_t lines = 0;
  for (const Controller& controller : controllers)
    lines = std::max(lines, controller.first_line + controller.lines);
  return lines;
}

bool route_isa_line(unsigned line, uint8_t vector) {
  const LineRoute route = acpi().isa_lines[line];
  LockGuard guard(lock);
  const Place place = place_of(route.line);
  if (place.controller == nullptr) return false;
  write_entry(*place.controller, place.line, entry_for(vector, route.active_low, route.level));
  return true;
}

Result<bool> route_line(uint32_t line, uint8_t vector, hal::TriggerMode mode) {
  using hal::TriggerMode;
  LineRoute wiring = wiring_of(line);
  if (mode != TriggerMode::Default) {
    wiring.active_low = mode == TriggerMode::EdgeLow || mode == TriggerMode::LevelLow;
    wiring.level = mode == TriggerMode::LevelLow || mode == TriggerMode::LevelHigh;
  }
  LockGuard guard(lock);
  const Place place = place_of(line);
  if (place.controller == nullptr) return fail(Status::InvalidArgs);
  if ((read_entry_low(*place.controller, place.line) & kVector) != 0)
    return fail(Status::AlreadyBound);
  write_entry(*place.controller, place.line,
              entry_for(vector, wiring.active_low, wiring.level) | kMasked);
  return wiring.level;
}

void set_line_mask(uint32_t line, bool masked) {
  LockGuard guard(lock);
  const Place place = place_of(line);
  const uint32_t entry = read_entry_low(*place.controller, place.line) & ~kMasked;
  write_register(*place.controller, kFirstEntry + 2 * place.line, entry | (masked ? kMasked : 0));
}

uint8_t free_line(uint32_t line) {
  LockGuard guard(lock);
  const Place place = place_of(line);
  const uint32_t entry = read_entry_low(*place.controller, place.line);
  // Its trigger mode stays: an emulator's I/O APIC remembers what it has seen by level until it
  // sees the line fall in that mode.
  write_register(*place.controller, kFirstEntry + 2 * place.line, (entry & ~kVector) | kMasked);
  return static_cast<uint8_t>(entry & kVector);
}

}  // namespace jacinth::x86_64
