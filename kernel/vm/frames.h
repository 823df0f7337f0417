// Physical page frames: a buddy allocator over the machine's RAM.
//
// Frames come in runs of 2^order frames, aligned to their size, so that neighbouring pages of a VMO
// can be mapped with one call. RAM is taken into use in blocks of the largest order, from low
// addresses up: neither a frame nor its record is touched before it is needed.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "base/spinlock.h"
#include "base/units.h"
#include "exec/deferred.h"
#include "hal/memory.h"

namespace jacinth::vm {

// What a frame is used for, for the memory statistics.
enum class FrameUse : uint8_t { Free, Reserved, Vmo, Heap, PageTable, Other };
inline constexpr size_t kFrameUseCount = 6;

// The record of one frame.
class Frame {
 public:
  FrameUse use() const { return use_; }

 private:
  friend class FrameAllocator;
  friend class SlabHeap;
  friend class PageTree;
  friend class Vmo;

  struct Links {
    uint32_t next;
    uint32_t previous;
  };
  // Vmo: page-tree slots and short holds that refer to the frame. Slab: blocks handed out.
  std::atomic<uint32_t> refs_;
  // Vmo: pins, which forbid moving or freeing. Slab: offset of the first free block.
  uint32_t pins_;
  union {
    uint64_t owner_;  // Vmo: the family member charged for the frame; 0: nobody
    Links links_;     // Free: the free list. Slab: the list of slabs with free blocks
  };
  uint8_t order_;  // Free: of the block this frame heads. Heap: see heap.h
  FrameUse use_;
  bool block_head_;  // heads a free block
  bool zeroed_;      // has never been handed out before, and its RAM was zeroed at the start
};
static_assert(sizeof(Frame) <= 24);

struct FrameCounts {
  uint64_t total = 0;  // frames that can ever be handed out, and those that hold their records
  std::array<uint64_t, kFrameUseCount> by_use{};  // indexed by FrameUse
  uint64_t free() const { return by_use[static_cast<size_t>(FrameUse::Free)]; }
  uint64_t of(FrameUse use) const { return by_use[static_cast<size_t>(use)]; }
};

// Any context; LockRank::Frames.
class FrameAllocator {
 public:
  static constexpr unsigned kMaxOrder = 10;  // 4 MiB
  static constexpr size_t kMaxRegions = 16;

  constexpr FrameAllocator() = default;
  FrameAllocator(const FrameAllocator&) = delete;
  FrameAllocator& operator=(const FrameAllocator&) = delete;

  // Takes over `ram`, forgetting what it managed before. Each range gives up the frames that hold
  // its records. Ranges beyond kMaxRegions, or too small to be worth it, stay unused.
  void start(std::span<const hal::RamRange> ram);

  // A run of 2^order frames with undefined contents, each with one reference and no pin; null when
  // there is none. order ≤ kMaxOrder.
  Frame* allocate(unsigned order, FrameUse use);
  // One frame, the one right behind `before` if that is free, so that pages which follow one
  // another can be mapped with one call; else one that others may follow. `before` is in use; null:
  // none.
  Frame* allocate_behind(const Frame& before, FrameUse use);
  // `pages` consecutive frames whose first lies at a multiple of 2^align_log2; null when none.
  Frame* allocate_contiguous(uint64_t pages, unsigned align_log2, FrameUse use);
  // Gives back `pages` consecutive frames, however they were allocated together or apart.
  void free(Frame* first, uint64_t pages);

  static void add_ref(Frame& frame) { frame.refs_.fetch_add(1, std::memory_order_relaxed); }
  // Drops a reference; the last one frees the frame.
  void release(Frame& frame);

  // The record of the frame at `address`; null when that is no RAM of ours.
  Frame* find(PhysAddr address);
  PhysAddr address_of(const Frame& frame) const;
  std::byte* bytes_of(const Frame& frame) const { return hal::phys_to_virt(address_of(frame)); }
  // Zeroes the frames of a run just allocated: what is zero already is not even touched.
  void clear(Frame& first, uint64_t pages);

  FrameCounts counts();

  // VMOs are refused their pages where fewer than this many frames would stay free, so that the
  // kernel can still work when programs have used everything else up. 0 at first.
  void keep_for_kernel(uint64_t pages);

  // Has `watcher` run soon after the number of free frames has crossed one of `bounds`, in either
  // direction; null: nobody.
  using FreeBounds = std::array<uint64_t, 3>;
  void watch_free(const FreeBounds& bounds, exec::Deferred* watcher);

 private:
  static constexpr uint32_t kNone = 0xffff'ffff;
  static constexpr uint64_t kBlockPages = uint64_t{1} << kMaxOrder;

  // A range of RAM. Record i describes the page at base + i pages; base is aligned to the largest
  // block, so pages before `first` may be someone else's and count as Reserved.
  struct Region {
    PhysAddr base{};
    uint64_t first = 0;  // usable pages are [first, end)
    uint64_t end = 0;
    uint64_t fresh = 0;  // pages from here on were never handed out, their records are undefined
    bool zeroed = false;
    Frame* records = nullptr;
    std::array<uint32_t, kMaxOrder + 1> lists{};  // free blocks of each order
  };

  void add_region(const hal::RamRange& range) REQUIRES(lock_);
  Frame* take(Region& region, unsigned order) REQUIRES(lock_);
  Frame* take_part(Region& region, uint64_t page, unsigned order) REQUIRES(lock_);
  bool open_block(Region& region) REQUIRES(lock_);
  bool may_have(uint64_t pages, FrameUse use) const REQUIRES(lock_) {
    return use != FrameUse::Vmo || counts_.free() >= kept_ + pages;
  }
  Frame* take_contiguous(Region& region, uint64_t pages, uint64_t align_pages) REQUIRES(lock_);
  bool block_is_free(Region& region, uint64_t block) REQUIRES(lock_);
  void put(Region& region, uint64_t page, unsigned order) REQUIRES(lock_);
  void put_range(Region& region, uint64_t page, uint64_t pages) REQUIRES(lock_);
  void link(Region& region, uint64_t page, unsigned order) REQUIRES(lock_);
  void unlink(Region& region, uint64_t page) REQUIRES(lock_);
  size_t bounds_above_free() const REQUIRES(lock_);
  void account(FrameUse from, FrameUse to, uint64_t pages) REQUIRES(lock_);
  void hand_out(Frame* first, uint64_t pages, FrameUse use) REQUIRES(lock_);
  Region* region_of(const Frame& frame);

  SpinLock lock_{LockRank::Frames};
  std::array<Region, kMaxRegions> regions_{};  // changed by start() alone, but for lists and fresh
  size_t region_count_ = 0;
  FrameCounts counts_ GUARDED_BY(lock_);
  uint64_t kept_ GUARDED_BY(lock_) = 0;
  FreeBounds bounds_ GUARDED_BY(lock_){};
  exec::Deferred* watcher_ GUARDED_BY(lock_) = nullptr;
};

// The machine's frames.
extern FrameAllocator machine_frames;
inline FrameAllocator& frames() { return machine_frames; }

// A run of kZeroRun frames that are always zero and never written: what reads of uncommitted pages
// see.
inline constexpr size_t kZeroRun = 16;
PhysAddr zero_run();

// Starts this layer: frames over hal::ram_ranges(), the zero run. Once, before the heap is used;
// the simulator calls it for each machine it makes. NO_MEMORY when there is no RAM.
Result<> start();

}  // namespace jacinth::vm
