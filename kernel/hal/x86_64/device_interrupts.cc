// Interrupts for programs: the I/O APICs' lines, and messages to CPU 0's local APIC.
#include "hal/device_interrupts.h"

#include "hal/x86_64/acpi.h"
#include "hal/x86_64/interrupts.h"
#include "hal/x86_64/ioapic.h"

namespace jacinth::hal {
namespace {

// Messages are numbered behind all lines, by their vectors.
constexpr uint32_t kFirstMessage = 0x1000;
constexpr uint64_t kLocalApics = 0xfee0'0000;

constinit void (*told)(uint32_t interrupt) = nullptr;

void tell_line(uint64_t line) { told(static_cast<uint32_t>(line)); }
void tell_message(uint64_t vector) { told(static_cast<uint32_t>(kFirstMessage + vector)); }

}  // namespace

void set_device_interrupt_handler(void (*handler)(uint32_t interrupt)) { told = handler; }

Result<> open_line(uint32_t line, TriggerMode mode) {
  if (line >= x86_64::io_apic_lines()) return fail(Status::InvalidArgs);
  const uint64_t vector = x86_64::take_vector(&tell_line, line);
  if (vector == 0) return fail(Status::NoResources);
  const Result<bool> level = x86_64::route_line(line, static_cast<uint8_t>(vector), mode);
  if (!level) {
    x86_64::free_vectors(vector, 1);
    return fail(level.error());
  }
  if (*level) x86_64::set_level_line(vector, line);
  return {};
}

void close_line(uint32_t line) { x86_64::free_vectors(x86_64::free_line(line), 1); }
void mask_line(uint32_t line) { x86_64::set_line_mask(line, true); }
void unmask_line(uint32_t line) { x86_64::set_line_mask(line, false); }

Result<Messages> open_messages(uint32_t count) {
  // A message has eight bits for the APIC's number.
  if (x86_64::acpi().apic_ids[0] > 0xff) return fail(Status::NotSupported);
  const uint64_t vector = x86_64::take_vectors(count, &tell_message);
  if (vector == 0) return fail(Status::NoResources);
  return Messages{.address = kLocalApics | uint64_t{x86_64::acpi().apic_ids[0]} << 12,
                  .data = static_cast<uint32_t>(vector),
                  .first = static_cast<uint32_t>(kFirstMessage + vector)};
}

void close_messages(uint32_t first, uint32_t count) {
  x86_64::free_vectors(first - kFirstMessage, count);
}

}  // namespace jacinth::hal
