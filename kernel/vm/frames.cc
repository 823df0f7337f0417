#include "vm/frames.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <utility>

#include <machine/hooks.h>

#include "base/check.h"

namespace jacinth::vm {
namespace {

constexpr uint64_t pages_in(uint64_t bytes) { return bytes >> kPageShift; }
constexpr uint64_t pages_for(uint64_t bytes) { return pages_in(bytes + kPageSize - 1); }

unsigned order_for(uint64_t pages) { return static_cast<unsigned>(std::bit_width(pages - 1)); }

constinit PhysAddr machine_zero_run{};

}  // namespace

constinit FrameAllocator machine_frames;

void FrameAllocator::start(std::span<const hal::RamRange> ram) {
  LockGuard guard(lock_);
  region_count_ = 0;
  counts_ = {};
  kept_ = 0;
  for (const hal::RamRange& range : ram) add_region(range);
}

void FrameAllocator::add_region(const hal::RamRange& range) {
  constexpr uint64_t kLeastPages = 16;
  if (region_count_ == kMaxRegions || pages_in(range.bytes) < kLeastPages) return;
  Region& region = regions_[region_count_++];
  region = {};
  region.base = PhysAddr{raw(range.base) & ~(kBlockPages * kPageSize - 1)};
  const uint64_t lead = pages_in(range.base - region.base);
  region.end = lead + pages_in(range.bytes);
  const uint64_t record_pages = pages_for(region.end * sizeof(Frame));
  region.first = std::min(lead + record_pages, region.end);
  region.zeroed = range.zeroed;
  region.records = reinterpret_cast<Frame*>(hal::phys_to_virt(range.base));
  region.lists.fill(kNone);
  counts_.total += pages_in(range.bytes);
  counts_.by_use[static_cast<size_t>(FrameUse::Reserved)] += region.first - lead;
  counts_.by_use[static_cast<size_t>(FrameUse::Free)] += region.end - region.first;
}

Frame* FrameAllocator::allocate(unsigned order, FrameUse use) {
  ASSERT(order <= kMaxOrder);
  if (!allocation_may_succeed()) return nullptr;
  LockGuard guard(lock_);
  if (!may_have(uint64_t{1} << order, use)) return nullptr;
  for (size_t i = 0; i < region_count_; ++i) {
    Frame* first = take(regions_[i], order);
    if (first == nullptr) continue;
    hand_out(first, uint64_t{1} << order, use);
    return first;
  }
  return nullptr;
}

Frame* FrameAllocator::allocate_behind(const Frame& before, FrameUse use) {
  constexpr unsigned kRunOrder = 4;  // what a page that begins a run is taken from
  if (!allocation_may_succeed()) return nullptr;
  {
    LockGuard guard(lock_);
    if (!may_have(1, use)) return nullptr;
    Region* const region = region_of(before);
    ASSERT(region != nullptr);
    const uint64_t next = static_cast<uint64_t>(&before - region->records) + 1;
    Frame* found = nullptr;
    if (next < region->fresh && region->records[next].block_head_) {
      found = take_part(*region, next, 0);
    } else if (Frame* const run = take(*region, kRunOrder); run != nullptr) {
      put_range(*region, static_cast<uint64_t>(run - region->records) + 1,
                (uint64_t{1} << kRunOrder) - 1);
      found = run;
    }
    if (found != nullptr) {
      hand_out(found, 1, use);
      return found;
    }
  }
  return allocate(0, use);
}

Frame* FrameAllocator::allocate_contiguous(uint64_t pages, unsigned align_log2, FrameUse use) {
  if (pages == 0 || align_log2 > 63 || !allocation_may_succeed()) return nullptr;
  const uint64_t align_pages =
      align_log2 > kPageShift ? uint64_t{1} << (align_log2 - kPageShift) : uint64_t{1};
  LockGuard guard(lock_);
  if (!may_have(pages, use)) return nullptr;
  for (size_t i = 0; i < region_count_; ++i) {
    Frame* first = take_contiguous(regions_[i], pages, align_pages);
    if (first == nullptr) continue;
    hand_out(first, pages, use);
    return first;
  }
  return nullptr;
}

void FrameAllocator::keep_for_kernel(uint64_t pages) {
  LockGuard guard(lock_);
  kept_ = pages;
}

void FrameAllocator::hand_out(Frame* first, uint64_t pages, FrameUse use) {
  for (uint64_t i = 0; i < pages; ++i) {
    Frame& frame = first[i];
    frame.refs_.store(1, std::memory_order_relaxed);
    frame.pins_ = 0;
    frame.owner_ = 0;
    frame.order_ = 0;
    frame.use_ = use;
  }
  account(FrameUse::Free, use, pages);
}

void FrameAllocator::free(Frame* first, uint64_t pages) {
  Region* region = region_of(*first);
  ASSERT(region != nullptr);
  LockGuard guard(lock_);
  account(first->use_, FrameUse::Free, pages);
  for (uint64_t i = 0; i < pages; ++i) {
    DEBUG_ASSERT(first[i].use_ == first->use_ || i == 0);
    ASSERT(first[i].use_ != FrameUse::Free);
  }
  for (uint64_t i = 0; i < pages; ++i) {
    first[i].use_ = FrameUse::Free;
    first[i].zeroed_ = false;
  }
  put_range(*region, static_cast<uint64_t>(first - region->records), pages);
}

void FrameAllocator::release(Frame& frame) {
  if (frame.refs_.fetch_sub(1, std::memory_order_acq_rel) == 1) free(&frame, 1);
}

void FrameAllocator::clear(Frame& first, uint64_t pages) {
  std::byte* const bytes = bytes_of(first);
  for (uint64_t i = 0; i < pages; ++i) {
    Frame& frame = (&first)[i];
    if (!std::exchange(frame.zeroed_, false)) memset(bytes + (i << kPageShift), 0, kPageSize);
  }
}

// A run of 2^order frames of this region, no longer on any list.
Frame* FrameAllocator::take(Region& region, unsigned order) {
  unsigned found = order;
  while (region.lists[found] == kNone) {
    if (found < kMaxOrder) {
      ++found;
    } else if (open_block(region)) {
      found = order;
    } else {
      return nullptr;
    }
  }
  return take_part(region, region.lists[found], order);
}

// The first 2^order frames of the free block that `page` heads.
Frame* FrameAllocator::take_part(Region& region, uint64_t page, unsigned order) {
  unsigned found = region.records[page].order_;
  unlink(region, page);
  while (found > order) {
    --found;
    link(region, page + (uint64_t{1} << found), found);
  }
  return region.records + page;
}

// Brings the next block of RAM into use; false when there is none.
bool FrameAllocator::open_block(Region& region) {
  if (region.fresh >= region.end) return false;
  const uint64_t end = std::min(region.fresh + kBlockPages, region.end);
  for (uint64_t page = region.fresh; page < end; ++page) {
    Frame* frame = new (region.records + page) Frame;
    frame->block_head_ = false;
    frame->zeroed_ = region.zeroed;
    frame->use_ = page < region.first ? FrameUse::Reserved : FrameUse::Free;
  }
  const uint64_t usable = std::max(region.fresh, region.first);
  region.fresh = end;
  if (usable < end) put_range(region, usable, end - usable);
  return true;
}

Frame* FrameAllocator::take_contiguous(Region& region, uint64_t pages, uint64_t align_pages) {
  const uint64_t least = std::max(pages, align_pages);
  if (least <= kBlockPages) {
    const unsigned order = order_for(least);
    Frame* first = take(region, order);
    if (first == nullptr) return nullptr;
    const uint64_t spare = (uint64_t{1} << order) - pages;
    if (spare != 0) put_range(region, static_cast<uint64_t>(first - region.records) + pages, spare);
    return first;
  }
  if (pages > region.end) return nullptr;
  const uint64_t base_page = pages_in(raw(region.base));
  const uint64_t blocks = (pages + kBlockPages - 1) / kBlockPages;
  uint64_t run = 0;  // free blocks right before `block`, from an aligned one on
  for (uint64_t block = 0; (block + 1) * kBlockPages <= region.end; ++block) {
    const bool aligned = (base_page + block * kBlockPages) % align_pages == 0;
    run = block_is_free(region, block) && (run != 0 || aligned) ? run + 1 : 0;
    if (run < blocks) continue;
    while (region.fresh < (block + 1) * kBlockPages) open_block(region);
    const uint64_t first = (block + 1 - blocks) * kBlockPages;
    for (uint64_t i = 0; i < blocks; ++i) unlink(region, first + i * kBlockPages);
    const uint64_t spare = blocks * kBlockPages - pages;
    if (spare != 0) put_range(region, first + pages, spare);
    return region.records + first;
  }
  return nullptr;
}

bool FrameAllocator::block_is_free(Region& region, uint64_t block) {
  const uint64_t page = block * kBlockPages;
  if (page >= region.fresh) return page >= region.first;
  const Frame& head = region.records[page];
  return head.block_head_ && head.order_ == kMaxOrder;
}

void FrameAllocator::put_range(Region& region, uint64_t page, uint64_t pages) {
  while (pages != 0) {
    unsigned order = std::min(static_cast<unsigned>(std::bit_width(pages)) - 1, kMaxOrder);
    if (page != 0) order = std::min(order, static_cast<unsigned>(std::countr_zero(page)));
    put(region, page, order);
    page += uint64_t{1} << order;
    pages -= uint64_t{1} << order;
  }
}

// Frees an aligned block, merging it with its buddy as long as that is free as a whole. Blocks of
// the largest order never merge, so a buddy's record is always one that has been opened.
void FrameAllocator::put(Region& region, uint64_t page, unsigned order) {
  for (; order < kMaxOrder; ++order) {
    const uint64_t buddy = page ^ (uint64_t{1} << order);
    if (buddy >= region.end) break;
    const Frame& other = region.records[buddy];
    if (!other.block_head_ || other.order_ != order) break;
    unlink(region, buddy);
    page = std::min(page, buddy);
  }
  link(region, page, order);
}

void FrameAllocator::link(Region& region, uint64_t page, unsigned order) {
  Frame& head = region.records[page];
  const uint32_t next = region.lists[order];
  head.block_head_ = true;
  head.order_ = static_cast<uint8_t>(order);
  head.links_ = {.next = next, .previous = kNone};
  if (next != kNone) region.records[next].links_.previous = static_cast<uint32_t>(page);
  region.lists[order] = static_cast<uint32_t>(page);
}

void FrameAllocator::unlink(Region& region, uint64_t page) {
  Frame& head = region.records[page];
  const auto [next, previous] = head.links_;
  if (next != kNone) region.records[next].links_.previous = previous;
  if (previous != kNone) {
    region.records[previous].links_.next = next;
  } else {
    region.lists[head.order_] = next;
  }
  head.block_head_ = false;
}

void FrameAllocator::account(FrameUse from, FrameUse to, uint64_t pages) {
  const size_t before = bounds_above_free();
  counts_.by_use[static_cast<size_t>(from)] -= pages;
  counts_.by_use[static_cast<size_t>(to)] += pages;
  if (watcher_ != nullptr && bounds_above_free() != before) watcher_->schedule();
}

size_t FrameAllocator::bounds_above_free() const {
  size_t above = 0;
  for (uint64_t bound : bounds_) above += counts_.free() < bound ? 1 : 0;
  return above;
}

void FrameAllocator::watch_free(const FreeBounds& bounds, exec::Deferred* watcher) {
  LockGuard guard(lock_);
  bounds_ = bounds;
  watcher_ = watcher;
}

FrameAllocator::Region* FrameAllocator::region_of(const Frame& frame) {
  for (size_t i = 0; i < region_count_; ++i) {
    Region& region = regions_[i];
    if (&frame >= region.records && &frame < region.records + region.end) return &region;
  }
  return nullptr;
}

Frame* FrameAllocator::find(PhysAddr address) {
  for (size_t i = 0; i < region_count_; ++i) {
    const Region& region = regions_[i];
    if (address < region.base) continue;
    const uint64_t page = pages_in(address - region.base);
    if (page >= region.first && page < region.end) return region.records + page;
  }
  return nullptr;
}

PhysAddr FrameAllocator::address_of(const Frame& frame) const {
  const Region* region = const_cast<FrameAllocator*>(this)->region_of(frame);
  ASSERT(region != nullptr);
  return region->base + static_cast<uint64_t>(&frame - region->records) * kPageSize;
}

FrameCounts FrameAllocator::counts() {
  LockGuard guard(lock_);
  return counts_;
}

PhysAddr zero_run() { return machine_zero_run; }

Result<> start() {
  frames().start(hal::ram_ranges());
  Frame* zeros = frames().allocate(order_for(kZeroRun), FrameUse::Other);
  if (zeros == nullptr) return fail(Status::NoMemory);
  frames().clear(*zeros, kZeroRun);
  machine_zero_run = frames().address_of(*zeros);
  return {};
}

}  // namespace jacinth::vm
