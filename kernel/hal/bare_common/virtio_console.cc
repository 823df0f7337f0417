#include "hal/bare_common/virtio_console.h"

#include <algorithm>
#include <cstring>

#include "hal/clock.h"

namespace jacinth::hal {
namespace {

constexpr uint16_t kReceive = 0, kTransmit = 1;

}  // namespace

bool VirtioConsole::start(VirtioTransport& device, PhysAddr receive_page, PhysAddr transmit_page) {
  if (!start_virtio_device(device) || !receive_.start(device, kReceive, receive_page, true) ||
      !transmit_.start(device, kTransmit, transmit_page, false))
    return false;
  finish_virtio_device(device);
  for (uint16_t entry = 0; entry < VirtQueue::kEntries; ++entry)
    receive_.offer(entry, VirtQueue::kBufferBytes, true);
  working_ = true;
  return true;
}

void VirtioConsole::write(std::string_view text) {
  while (working_ && !text.empty()) {
    const size_t count = std::min<size_t>(text.size(), VirtQueue::kBufferBytes);
    write_piece(text.substr(0, count));
    text.remove_prefix(count);
  }
}

void VirtioConsole::write_piece(std::string_view text) {
  constexpr Duration kPatience = milliseconds(100);
  memcpy(transmit_.buffer(0), text.data(), text.size());
  transmit_.offer(0, static_cast<uint32_t>(text.size()), false);
  const Instant end = now() + kPatience;
  while (!transmit_.take_used()) {
    // The buffer stays the device's, so nothing more can be written.
    if (now() >= end) working_ = false;
    if (!working_) return;
  }
}

size_t VirtioConsole::read(std::span<char> buffer) {
  size_t count = 0;
  while (working_ && count < buffer.size()) {
    if (!input_) {
      input_ = receive_.take_used();
      input_taken_ = 0;
      if (!input_) break;
    }
    const size_t some = std::min<size_t>(buffer.size() - count, input_->bytes - input_taken_);
    memcpy(buffer.data() + count, receive_.buffer(input_->entry) + input_taken_, some);
    count += some;
    input_taken_ += static_cast<uint32_t>(some);
    if (input_taken_ < input_->bytes) continue;
    receive_.offer(input_->entry, VirtQueue::kBufferBytes, true);
    input_.reset();
  }
  return count;
}

}  // namespace jacinth::hal
