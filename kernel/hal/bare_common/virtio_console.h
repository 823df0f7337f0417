// A virtio console's first port.
#pragma once

#include <span>
#include <string_view>

#include "hal/bare_common/virtio.h"

namespace jacinth::hal {

inline constexpr uint16_t kVirtioConsole = 3;

// Locking is the caller's.
class VirtioConsole {
 public:
  // Pages for the two queues, ours for ever. False: the device does not work.
  bool start(VirtioTransport& device, PhysAddr receive_page, PhysAddr transmit_page);

  // All of it; what the device does not take within a short time is lost.
  void write(std::string_view text);
  // Up to buffer.size() bytes that have arrived.
  size_t read(std::span<char> buffer);

 private:
  void write_piece(std::string_view text);

  VirtQueue receive_, transmit_;
  bool working_ = false;
  // What is left of the input taken last.
  std::optional<VirtQueue::Used> input_;
  uint32_t input_taken_ = 0;
};

}  // namespace jacinth::hal
