// Virtio devices whose registers are memory (virtio 1.1, 4.2), as the device tree lists them.
#pragma once

#include "hal/bare_common/memory_map.h"
#include "hal/bare_common/virtio.h"
#include "hal/riscv64/board.h"

namespace jacinth::riscv64 {

class VirtioMmio final : public hal::VirtioTransport {
 public:
  // False: nothing is plugged in there, or something that only speaks the old way.
  bool open(const DeviceRegion& region);
  uint16_t kind() const;

  uint8_t status() override;
  void set_status(uint8_t status) override;
  uint64_t offered_features() override;
  void accept_features(uint64_t features) override;
  uint16_t queue_limit(uint16_t index) override;
  void enable_queue(uint16_t index, const QueuePlace& place) override;
  void notify(uint16_t index) override;
  // To be called when the device has interrupted, before looking what there is.
  void acknowledge_interrupt();

 private:
  volatile uint32_t& at(size_t offset) const;
  void write_address(size_t offset, PhysAddr address);

  volatile std::byte* registers_ = nullptr;
};

// Seeds the random numbers from each virtio-rng of the board; makes its first virtio-console one
// more console. Takes what it needs from `free`.
void use_virtio_devices(hal::MemoryMap& free);

}  // namespace jacinth::riscv64
