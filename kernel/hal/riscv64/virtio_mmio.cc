#include "hal/riscv64/virtio_mmio.h"

#include "hal/bare_common/virtio_console.h"
#include "hal/bare_common/virtio_rng.h"
#include "hal/riscv64/console.h"
#include "hal/riscv64/machine.h"
#include "hal/riscv64/paging.h"

namespace jacinth::riscv64 {
namespace {

constexpr uint32_t kMagic = 0x74726976, kModern = 2;

// Registers, by offset; those of addresses are followed by their upper halves.
constexpr size_t kMagicAt = 0, kVersion = 4, kKind = 8, kOffered = 0x10, kOfferedSelect = 0x14,
                 kAccepted = 0x20, kAcceptedSelect = 0x24, kQueueSelect = 0x30, kQueueLimit = 0x34,
                 kQueueEntries = 0x38, kQueueReady = 0x44, kNotify = 0x50, kInterruptStatus = 0x60,
                 kInterruptAcknowledge = 0x64, kStatus = 0x70, kDescriptors = 0x80,
                 kAvailable = 0x90, kUsed = 0xa0;

}  // namespace

volatile uint32_t& VirtioMmio::at(size_t offset) const {
  return *reinterpret_cast<volatile uint32_t*>(registers_ + offset);
}

bool VirtioMmio::open(const DeviceRegion& region) {
  registers_ = map_device(region.base, region.bytes);
  return at(kMagicAt) == kMagic && at(kVersion) == kModern && at(kKind) != 0;
}

uint16_t VirtioMmio::kind() const { return static_cast<uint16_t>(at(kKind)); }

uint8_t VirtioMmio::status() { return static_cast<uint8_t>(at(kStatus)); }
void VirtioMmio::set_status(uint8_t status) { at(kStatus) = status; }

uint64_t VirtioMmio::offered_features() {
  at(kOfferedSelect) = 0;
  const uint64_t low = at(kOffered);
  at(kOfferedSelect) = 1;
  return uint64_t{at(kOffered)} << 32 | low;
}

void VirtioMmio::accept_features(uint64_t features) {
  at(kAcceptedSelect) = 0;
  at(kAccepted) = static_cast<uint32_t>(features);
  at(kAcceptedSelect) = 1;
  at(kAccepted) = static_cast<uint32_t>(features >> 32);
}

uint16_t VirtioMmio::queue_limit(uint16_t index) {
  at(kQueueSelect) = index;
  return static_cast<uint16_t>(at(kQueueLimit));
}

void VirtioMmio::enable_queue(uint16_t index, const QueuePlace& place) {
  at(kQueueSelect) = index;
  at(kQueueEntries) = place.entries;
  write_address(kDescriptors, place.descriptors);
  write_address(kAvailable, place.available);
  write_address(kUsed, place.used);
  at(kQueueReady) = 1;
}

void VirtioMmio::notify(uint16_t index) { at(kNotify) = index; }

void VirtioMmio::write_address(size_t offset, PhysAddr address) {
  at(offset) = static_cast<uint32_t>(raw(address));
  at(offset + 4) = static_cast<uint32_t>(raw(address) >> 32);
}

void VirtioMmio::acknowledge_interrupt() { at(kInterruptAcknowledge) = at(kInterruptStatus); }

void use_virtio_devices(hal::MemoryMap& free) {
  for (const DeviceRegion& region : std::span(board.virtio).first(board.virtio_count)) {
    VirtioMmio device;
    if (!device.open(region)) continue;
    if (device.kind() == hal::kVirtioRng) {
      if (const auto page = free.take(kPageSize))
        hal::seed_from_virtio_rng(device, *page, random_pool());
    } else if (device.kind() == hal::kVirtioConsole) {
      const auto receive = free.take(kPageSize);
      const auto transmit = free.take(kPageSize);
      if (receive && transmit) add_virtio_console(device, region.interrupt, *receive, *transmit);
    }
  }
}

}  // namespace jacinth::riscv64
