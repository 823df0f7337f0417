// Virtio devices (OASIS virtio 1.1) that a machine uses itself: randomness and a second console.
// What is said here holds on every bus; a bus brings a VirtioTransport.
#pragma once

#include <cstdint>
#include <optional>

#include "base/units.h"

namespace jacinth::hal {

// One device, as its bus presents it. All of it "modern": little-endian, features of 64 bits.
class VirtioTransport {
 public:
  virtual uint8_t status() = 0;
  virtual void set_status(uint8_t status) = 0;
  virtual uint64_t offered_features() = 0;
  virtual void accept_features(uint64_t features) = 0;
  // The most entries that queue `index` may have; 0: there is no such queue.
  virtual uint16_t queue_limit(uint16_t index) = 0;
  struct QueuePlace {
    PhysAddr descriptors, available, used;
    uint16_t entries;
    bool interrupts;
  };
  virtual void enable_queue(uint16_t index, const QueuePlace& place) = 0;
  // Tells the device that the queue has something new.
  virtual void notify(uint16_t index) = 0;

 protected:
  ~VirtioTransport() = default;
};

// Resets the device and agrees on no feature but that it is modern. False: it does not agree.
bool start_virtio_device(VirtioTransport& device);
// Once its queues are enabled.
void finish_virtio_device(VirtioTransport& device);

// A split virtqueue in one page, whose second half is the buffers': one for each entry.
class VirtQueue {
 public:
  static constexpr uint16_t kEntries = 8;
  static constexpr uint32_t kBufferBytes = 256;

  // `page`: whole and ours for ever. False: the device has no such queue.
  bool start(VirtioTransport& device, uint16_t index, PhysAddr page, bool interrupts);

  // The buffer of entry `entry`, which is the device's while it is offered.
  std::byte* buffer(uint16_t entry) const;
  // Offers that buffer's first bytes, for the device to read or to write.
  void offer(uint16_t entry, uint32_t bytes, bool device_writes);

  struct Used {
    uint16_t entry;
    uint32_t bytes;  // written by the device, at most what was offered
  };
  // The next buffer that the device has given back.
  std::optional<Used> take_used();

 private:
  VirtioTransport* device_ = nullptr;
  uint16_t index_ = 0;
  std::byte* page_ = nullptr;
  uint16_t next_available_ = 0;
  uint16_t next_used_ = 0;
};

}  // namespace jacinth::hal
