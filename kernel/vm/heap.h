// The kernel heap of machines without a C library: slabs of equal blocks over page frames.
//
// Each CPU keeps a few free blocks of each size at hand. The kernel is never preempted, so those
// need no lock. A slab's bookkeeping is in its frame records, not in the slab: blocks of 2^n bytes
// are aligned to their size and waste nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/spinlock.h"
#include "hal/cpu.h"
#include "vm/frames.h"

namespace jacinth::vm {

struct HeapCounts {
  uint64_t live_blocks = 0;
  uint64_t live_bytes = 0;  // as rounded up to block sizes
  uint64_t held_bytes = 0;  // frames taken, in use or not
};

class SlabHeap {
 public:
  struct FreeBlock {
    FreeBlock* next;
  };
  struct Cache {
    FreeBlock* blocks = nullptr;
    uint32_t count = 0;
  };
  // Chosen for few bytes lost in slabs and for the kernel's commonest objects (576: tree nodes).
  // The largest is for the vector registers of x86-64, of which each thread may need a set.
  static constexpr std::array<uint16_t, 18> kSizes = {
      16, 32, 48, 64, 96, 128, 192, 256, 320, 384, 448, 512, 576, 768, 1024, 1344, 2048, 2688};
  static constexpr size_t kClasses = kSizes.size();
  // What a CPU keeps at hand.
  struct alignas(64) CpuCaches {
    std::array<Cache, kClasses> of_class;
    // Handed out here less given back here: may be negative.
    int64_t live_blocks = 0;
    int64_t live_bytes = 0;
  };
  using Caches = std::array<CpuCaches, hal::kMaxCpus>;

  // `caches`: the heap's own, empty. Apart from it, so that they take no room in an image.
  constexpr SlabHeap(FrameAllocator& frames, Caches& caches) : frames_(frames), cpus_(caches) {}
  SlabHeap(const SlabHeap&) = delete;
  SlabHeap& operator=(const SlabHeap&) = delete;

  // As heap_allocate() and heap_free() of base/heap.h.
  [[nodiscard]] void* allocate(size_t bytes, size_t alignment);
  void free(void* block);

  // Gives the free blocks in the current CPU's caches back to their slabs.
  void drain_caches();
  HeapCounts counts();

 private:
  static constexpr size_t kLargestBlock = kSizes.back();
  static constexpr uint8_t kLarge = 0xff;  // in Frame::order_, in place of the class

  static size_t class_of(size_t bytes, size_t alignment);
  static unsigned slab_order(size_t size_class) { return kSizes[size_class] <= 576 ? 0 : 2; }
  // How many free blocks a CPU keeps at most.
  static uint32_t cache_limit(size_t size_class);

  Frame& frame_of(const void* block);
  Frame& slab_of(const FreeBlock* block, size_t size_class);
  bool refill(Cache& cache, size_t size_class);
  void give_back(Cache& cache, size_t size_class, uint32_t keep);
  Frame* add_slab(size_t size_class) REQUIRES(lock_);
  FreeBlock* take_block(Frame& slab, size_t size_class) REQUIRES(lock_);
  void return_block(FreeBlock* block, size_t size_class) REQUIRES(lock_);
  void link(Frame& slab, size_t size_class) REQUIRES(lock_);
  void unlink(Frame& slab, size_t size_class) REQUIRES(lock_);
  void* allocate_large(size_t bytes, size_t alignment);
  void free_large(Frame& first);

  FrameAllocator& frames_;
  SpinLock lock_{LockRank::Heap};
  std::array<Frame*, kClasses> partial_ GUARDED_BY(lock_) = {};  // slabs with free blocks
  uint64_t held_bytes_ GUARDED_BY(lock_) = 0;
  Caches& cpus_;
};

// The heap behind heap_allocate() on machines that use this one.
SlabHeap& kernel_heap();

}  // namespace jacinth::vm
