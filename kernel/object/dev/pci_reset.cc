// Reset of one PCI function ("function level reset").
#include "exec/waiter.h"
#include "hal/clock.h"
#include "object/dev/pci_device.h"

namespace jacinth {
namespace {

// The capability that offers it, where in it what it offers is told and it is asked for, and the
// bits there.
struct Way {
  uint8_t capability;
  uint16_t offers_at;
  uint32_t offer;
  uint16_t ask_at;
  uint32_t width;
  uint32_t ask;
};
constexpr Way kExpress{0x10, 0x04, 1 << 28, 0x08, 2, 1 << 15};
constexpr Way kAdvanced{0x13, 0x00, 1 << 25, 0x04, 1, 1 << 0};

// The specification's: a function may take so long to be itself again.
constexpr Duration kResetTime = milliseconds(100);

constexpr uint32_t kCommandWord = 1, kFirstBarWord = 4, kBarWords = 6, kLineWord = 15;
constexpr uint32_t kCommandMask = 0xffff;  // the status above it is cleared by ones

}  // namespace

bool PciDevice::start_reset() {
  LockGuard guard(lock_);
  for (const Way& way : {kExpress, kAdvanced}) {
    const uint16_t at = find_capability(way.capability);
    if (at == 0) continue;
    const auto place = [&](uint16_t offset) { return static_cast<uint16_t>(at + offset); };
    if ((hal::pci_read(at_, place(way.offers_at), 4) & way.offer) == 0) continue;
    const uint32_t now = hal::pci_read(at_, place(way.ask_at), way.width);
    hal::pci_write(at_, place(way.ask_at), way.width, now | way.ask);
    return true;
  }
  return false;
}

void PciDevice::restore(const Header& header) {
  LockGuard guard(lock_);
  for (uint32_t word = kFirstBarWord; word < kFirstBarWord + kBarWords; ++word)
    hal::pci_write(at_, static_cast<uint16_t>(4 * word), 4, header[word]);
  hal::pci_write(at_, 4 * kLineWord, 1, header[kLineWord] & 0xff);
  hal::pci_write(at_, 4 * kCommandWord, 2, header[kCommandWord] & kCommandMask);
  if (irq_mode_ == IrqMode::Msi) send_messages(true);
}

exec::Task<Result<>> PciDevice::finish_reset(RefPtr<PciDevice> device, Header header) {
  exec::Waiter waiter;
  std::ignore = co_await waiter.wait(hal::now() + kResetTime, {}, exec::Interruptible::No);
  device->restore(header);
  co_return Result<>();
}

exec::Eventually<Result<>> PciDevice::reset(RefPtr<PciDevice> device) {
  Header header;
  for (uint16_t word = 0; word < kHeaderWords; ++word)
    header[word] = hal::pci_read(device->at_, static_cast<uint16_t>(4 * word), 4);
  if (!device->start_reset()) return Result<>(fail(Status::NotSupported));
  return finish_reset(std::move(device), header);
}

}  // namespace jacinth
