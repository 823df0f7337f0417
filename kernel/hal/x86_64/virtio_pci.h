// Virtio devices on PCI.
#pragma once

#include "base/result.h"
#include "hal/bare_common/virtio.h"
#include "hal/x86_64/pci.h"

namespace jacinth::x86_64 {

class VirtioPci final : public hal::VirtioTransport {
 public:
  // The kind of virtio device that `function` is; 0: none.
  static uint16_t kind_of(const PciFunction& function);

  // Maps the device's registers. False: it is not a modern one, or there is no memory.
  bool open(const PciFunction& function);
  // Before its queues are enabled: interrupts come to CPU 0 as `vector`.
  bool connect(uint8_t vector) { return function_.connect_msix(vector); }

  uint8_t status() override;
  void set_status(uint8_t status) override;
  uint64_t offered_features() override;
  void accept_features(uint64_t features) override;
  uint16_t queue_limit(uint16_t index) override;
  void enable_queue(uint16_t index, const QueuePlace& place) override;
  void notify(uint16_t index) override;

 private:
  PciFunction function_{};
  volatile std::byte* common_ = nullptr;
  volatile std::byte* notify_ = nullptr;
  uint32_t notify_stride_ = 0;
};

}  // namespace jacinth::x86_64
