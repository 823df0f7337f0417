// Interrupts of devices that programs drive.
//
// One numbering has them all: lines, as the machine's controllers number them (a PC's global system
// interrupts, a PLIC's sources), from 0 on; and above them message-signalled interrupts, which are
// writes to an address. What the kernel's own devices use is nobody else's.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace jacinth::hal {

enum class TriggerMode : uint8_t { Default, EdgeLow, EdgeHigh, LevelLow, LevelHigh };

// Has `handler` called for each interrupt, by take_interrupts(), on any CPU, with no lock held. A
// level-triggered line is masked then, so that it comes once. One that has been closed a moment
// before may still be told. Before any is opened; always the same one.
void set_device_interrupt_handler(void (*handler)(uint32_t interrupt));

// Leads a line to the handler, masked at first; Default is what the machine says of its wiring.
// INVALID_ARGS: there is no such line, or its controller has no such mode. ALREADY_BOUND: it is
// open, or the kernel's. NO_RESOURCES.
Result<> open_line(uint32_t line, TriggerMode mode);
// For a line that is open. Any context, under locks below Machine.
void close_line(uint32_t line);
void mask_line(uint32_t line);
void unmask_line(uint32_t line);

// Interrupts first … first + count - 1: a device that writes `data` + n to `address` raises n.
struct Messages {
  uint64_t address = 0;
  uint32_t data = 0;
  uint32_t first = 0;
};
inline constexpr uint32_t kMostMessages = 32;
// `count` is a power of two up to kMostMessages. NOT_SUPPORTED: the machine has no such interrupts.
// NO_RESOURCES: so many are not left in a row.
Result<Messages> open_messages(uint32_t count);
void close_messages(uint32_t first, uint32_t count);

}  // namespace jacinth::hal
