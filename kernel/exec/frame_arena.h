// Memory for the coroutine frames of one activity.
//
// Frames nest, nearly: an awaited task's frame is made after and freed before its caller's; only a
// task that is handed to a coroutine made later (to await it) goes before that coroutine does. So a
// bump pointer that steps back over what is free is enough: a system call's frame costs no lock and
// cannot fail while it fits. What does not fit comes from the heap, which may fail.
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

  // `bytes` for a frame, from this arena or else from the heap; null when that is full too.
  void* allocate(size_t bytes) noexcept {
    const size_t total = sizeof(Block) + rounded(bytes);
    if (total > kBytes - used_) return allocate_apart(bytes);
    auto* block = new (storage_ + used_) Block{this, last_, false};
    last_ = used_;
    used_ += static_cast<uint32_t>(total);
    return block + 1;
  }
  // From the heap, for frames made outside activities.
  static void* allocate_apart(size_t bytes) noexcept {
    void* place = heap_allocate(sizeof(Block) + rounded(bytes));
    return place == nullptr ? nullptr : new (place) Block{nullptr, 0, false} + 1;
  }
  // Frees a frame wherever it came from; the owner of its arena may be running nowhere else.
  static void free(void* frame) noexcept {
    Block* block = static_cast<Block*>(frame) - 1;
    if (block->arena == nullptr) return heap_free(block);
    block->arena->release(*block);
  }
  bool empty() const { return used_ == 0; }

 private:
  // In front of every frame.
  struct alignas(16) Block {
    FrameArena* arena;  // null: the heap's
    uint32_t previous;  // where the block before it begins
    bool freed;
  };

  static constexpr size_t rounded(size_t bytes) { return (bytes + 15) & ~size_t{15}; }

  Block& block_at(uint32_t offset) { return *reinterpret_cast<Block*>(storage_ + offset); }
  void release(Block& block) {
    ASSERT(!block.freed);
    block.freed = true;
    while (used_ != 0 && block_at(last_).freed) {
      used_ = last_;
      last_ = block_at(last_).previous;
    }
  }

  uint32_t used_ = 0;
  uint32_t last_ = 0;  // where the last block begins; of no meaning while used_ is 0
  alignas(16) std::byte storage_[kBytes];
};

}  // namespace jacinth::exec
