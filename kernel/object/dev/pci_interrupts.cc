// How PCI devices interrupt: by a line that their pin leads to, or by messages.
#include <algorithm>
#include <bit>

#include "object/dev/pci_device.h"

namespace jacinth {
namespace {

constexpr uint16_t kCommandAt = 0x04, kStatus = 0x06, kFirstCapability = 0x34, kLine = 0x3c,
                   kPin = 0x3d;
constexpr uint32_t kNoLineInterrupt = 1 << 10, kHasCapabilities = 1 << 4;
constexpr uint8_t kMsi = 0x05;

// The message capability's control word, and what follows it.
constexpr uint16_t kControl = 2, kAddress = 4, kUpperAddress = 8;
constexpr uint32_t kEnabled = 1 << 0, kIsWide = 1 << 7;
constexpr uint32_t kOffered = 1, kGranted = 4, kPowerMask = 7;  // log2 of a number of messages

}  // namespace

uint16_t PciDevice::find_capability(uint8_t number) const {
  constexpr unsigned kMostCapabilities = 48;  // the list lies in 192 bytes; a loop is a fault
  if ((hal::pci_read(at_, kStatus, 2) & kHasCapabilities) == 0) return 0;
  auto at = static_cast<uint16_t>(hal::pci_read(at_, kFirstCapability, 1) & ~3u);
  for (unsigned i = 0; at != 0 && i < kMostCapabilities; ++i) {
    const uint32_t entry = hal::pci_read(at_, at, 2);
    if ((entry & 0xff) == number) return at;
    at = static_cast<uint16_t>(entry >> 8 & ~3u);
  }
  return 0;
}

// The firmware's word is where its own code, which knew of no other controller, had led the pin.
uint32_t PciDevice::legacy_line() const {
  constexpr uint32_t kUnknown = 0xff;
  const uint32_t pin = hal::pci_read(at_, kPin, 1);
  if (pin == 0 || pin > pci_bus::kPins) return pci_bus::kNoLine;
  const uint32_t told = pci_bus::line_of(at_, pin - 1);
  if (told != pci_bus::kNoLine) return told;
  const uint32_t line = hal::pci_read(at_, kLine, 1);
  return line == kUnknown ? pci_bus::kNoLine : line;
}

Result<uint32_t> PciDevice::most_interrupts(IrqMode mode) const {
  switch (mode) {
    case IrqMode::Disabled:
      return 0;
    case IrqMode::Legacy:
      if (legacy_line() == pci_bus::kNoLine) return fail(Status::NotSupported);
      return 1;
    case IrqMode::Msi: {
      const uint16_t capability = find_capability(kMsi);
      if (capability == 0) return fail(Status::NotSupported);
      const uint32_t control = hal::pci_read(at_, static_cast<uint16_t>(capability + kControl), 2);
      return std::min(uint32_t{1} << (control >> kOffered & kPowerMask), hal::kMostMessages);
    }
    case IrqMode::MsiX:
      break;
  }
  return fail(Status::NotSupported);
}

void PciDevice::use_line(bool use) {
  const uint32_t command = hal::pci_read(at_, kCommandAt, 2);
  hal::pci_write(at_, kCommandAt, 2,
                 use ? command & ~kNoLineInterrupt : command | kNoLineInterrupt);
}

void PciDevice::send_messages(bool on) {
  const uint16_t capability = find_capability(kMsi);
  const auto at = [&](uint16_t offset) { return static_cast<uint16_t>(capability + offset); };
  uint32_t control = hal::pci_read(at_, at(kControl), 2) & ~(kEnabled | kPowerMask << kGranted);
  hal::pci_write(at_, at(kControl), 2, control);
  if (!on) return;
  const hal::Messages& messages = messages_->messages();
  const bool wide = (control & kIsWide) != 0;
  hal::pci_write(at_, at(kAddress), 4, static_cast<uint32_t>(messages.address));
  if (wide)
    hal::pci_write(at_, at(kUpperAddress), 4, static_cast<uint32_t>(messages.address >> 32));
  hal::pci_write(at_, at(wide ? kUpperAddress + 4 : kUpperAddress), 2, messages.data);
  control |= static_cast<uint32_t>(std::countr_zero(messages_->count())) << kGranted | kEnabled;
  hal::pci_write(at_, at(kControl), 2, control);
}

Result<> PciDevice::set_irq_mode(IrqMode mode, uint32_t count) {
  if ((mode == IrqMode::Disabled) != (count == 0)) return fail(Status::InvalidArgs);
  if (count > TRY(most_interrupts(mode))) return fail(Status::NotSupported);
  RefPtr<MsiAllocation> messages;
  if (mode == IrqMode::Msi) messages = TRY(MsiAllocation::create(std::bit_ceil(count)));
  RefPtr<DeviceInterrupt> line;
  LockGuard guard(lock_);
  if (mode != IrqMode::Disabled && irq_mode_ != IrqMode::Disabled) return fail(Status::BadState);
  if (irq_mode_ == IrqMode::Legacy && line_ && line_->is_open()) return fail(Status::BadState);
  if (irq_mode_ == IrqMode::Msi) {
    if (messages_->used() != 0) return fail(Status::BadState);
    send_messages(false);
  }
  std::swap(messages, messages_);
  std::swap(line, line_);
  irq_mode_ = mode;
  irq_count_ = count;
  use_line(mode == IrqMode::Legacy);
  if (mode == IrqMode::Msi) send_messages(true);
  return {};
}

Result<RefPtr<DeviceInterrupt>> PciDevice::map_interrupt(uint32_t which) {
  RefPtr<MsiAllocation> messages;
  {
    LockGuard guard(lock_);
    if (which >= irq_count_) return fail(Status::InvalidArgs);
    messages = messages_;
  }
  if (messages) return DeviceInterrupt::create(std::move(messages), which);
  auto made = TRY(DeviceInterrupt::create(legacy_line(), hal::TriggerMode::Default));
  RefPtr<DeviceInterrupt> last;
  LockGuard guard(lock_);
  // Another mode meanwhile: it goes with the last reference to it.
  if (irq_mode_ != IrqMode::Legacy) return fail(Status::InvalidArgs);
  last = std::exchange(line_, made);
  return made;
}

}  // namespace jacinth
