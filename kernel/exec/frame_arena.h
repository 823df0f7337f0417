// Memory for the coroutine frames of one activity.
//
// Frames nest: an awaited task's frame is made after and freed before its caller's. So a bump
// pointer is enough, and a system call's frame costs no lock and cannot fail while it fits. What
// does not fit comes from the heap, which may fail.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "base/heap.h"

namespace jacinth::exec {

class FrameArena {
 public:
  // Room for the deepest chain of frames that the system calls build (see
  // tests/frame_sizes.py).
  static constexpr size_t kBytes = 1280;

  void* allocate(size_t bytes) noexcept {
    bytes = rounded(bytes);
    if (bytes <= kBytes - used_) {
      void* frame = storage_ + used_;
      used_ += static_cast<uint32_t>(bytes);
      return frame;
    }
    return heap_allocate(bytes);
  }
  // Frees in the reverse order of allocation, for frames that came from the arena.
  void free(void* frame, size_t bytes) noexcept {
    auto* place = static_cast<std::byte*>(frame);
    if (place < storage_ || place >= storage_ + kBytes) return heap_free(frame);
    used_ -= static_cast<uint32_t>(rounded(bytes));
    ASSERT(place == storage_ + used_);
  }
  bool empty() const { return used_ == 0; }

 private:
  static constexpr size_t rounded(size_t bytes) { return (bytes + 15) & ~size_t{15}; }

  uint32_t used_ = 0;
  alignas(16) std::byte storage_[kBytes];
};

}  // namespace jacinth::exec
