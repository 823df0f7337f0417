#include "vm/heap.h"

#include <algorithm>
#include <new>

#include "base/check.h"

namespace jacinth::vm {
namespace {

constexpr uint32_t kNoFrame = 0xffff'ffff;

constinit SlabHeap::Caches machine_caches;
constinit SlabHeap machine_heap(machine_frames, machine_caches);

// For each multiple of `unit` up to the last of `sizes`, the first of them that holds it.
template <size_t kUnit, const auto& kSizes>
constexpr auto make_class_table() {
  std::array<uint8_t, kSizes.back() / kUnit + 1> table{};
  for (size_t i = 0; i < table.size(); ++i) {
    const auto at = std::lower_bound(kSizes.begin(), kSizes.end(), i * kUnit);
    table[i] = static_cast<uint8_t>(at - kSizes.begin());
  }
  return table;
}

}  // namespace

SlabHeap& kernel_heap() { return machine_heap; }

// kClasses when the block gets frames of its own.
size_t SlabHeap::class_of(size_t bytes, size_t alignment) {
  if (bytes > kLargestBlock || alignment > kLargestBlock) return kClasses;
  constexpr size_t kUnit = kSizes.front();
  static constexpr auto kClassOf = make_class_table<kUnit, kSizes>();
  size_t size_class = kClassOf[(bytes + kUnit - 1) / kUnit];
  if (alignment <= kUnit) return size_class;  // they are multiples of it
  while (size_class < kClasses && kSizes[size_class] % alignment != 0) ++size_class;
  return size_class;
}

uint32_t SlabHeap::cache_limit(size_t size_class) {
  static constexpr auto kLimits = [] {
    std::array<uint32_t, kClasses> limits{};
    for (size_t i = 0; i < kClasses; ++i)
      limits[i] = std::clamp<uint32_t>(kPageSize / kSizes[i], 4, 64);
    return limits;
  }();
  return kLimits[size_class];
}

void* SlabHeap::allocate(size_t bytes, size_t alignment) {
  const size_t size_class = class_of(bytes, std::max(alignment, size_t{1}));
  if (size_class == kClasses) return allocate_large(bytes, alignment);
  CpuCaches& cpu = cpus_[hal::current_cpu()];
  Cache& cache = cpu.of_class[size_class];
  if (cache.blocks == nullptr && !refill(cache, size_class)) return nullptr;
  FreeBlock* const block = cache.blocks;
  cache.blocks = block->next;
  --cache.count;
  ++cpu.live_blocks;
  cpu.live_bytes += kSizes[size_class];
  return block;
}

void SlabHeap::free(void* block) {
  if (block == nullptr) return;
  Frame& frame = frame_of(block);
  if (frame.order_ == kLarge) return free_large(frame);
  const size_t size_class = frame.order_;
  CpuCaches& cpu = cpus_[hal::current_cpu()];
  Cache& cache = cpu.of_class[size_class];
  cache.blocks = new (block) FreeBlock{cache.blocks};
  ++cache.count;
  --cpu.live_blocks;
  cpu.live_bytes -= kSizes[size_class];
  const uint32_t limit = cache_limit(size_class);
  if (cache.count > limit) give_back(cache, size_class, limit / 2);
}

Frame& SlabHeap::frame_of(const void* block) {
  Frame* const frame = frames_.find(hal::virt_to_phys(block));
  ASSERT(frame != nullptr && frame->use_ == FrameUse::Heap);
  return *frame;
}

// A slab is aligned to its size.
Frame& SlabHeap::slab_of(const FreeBlock* block, size_t size_class) {
  const uint64_t bytes = kPageSize << slab_order(size_class);
  return *frames_.find(PhysAddr{raw(hal::virt_to_phys(block)) & ~(bytes - 1)});
}

// --- Between caches and slabs
// ---------------------------------------------------------------------

bool SlabHeap::refill(Cache& cache, size_t size_class) {
  LockGuard guard(lock_);
  const uint32_t wanted = cache_limit(size_class) / 2;
  while (cache.count < wanted) {
    Frame* slab = partial_[size_class];
    if (slab == nullptr && cache.count == 0) slab = add_slab(size_class);
    if (slab == nullptr) break;
    FreeBlock* const block = take_block(*slab, size_class);
    block->next = cache.blocks;
    cache.blocks = block;
    ++cache.count;
  }
  return cache.count != 0;
}

void SlabHeap::give_back(Cache& cache, size_t size_class, uint32_t keep) {
  LockGuard guard(lock_);
  while (cache.count > keep) {
    FreeBlock* const block = cache.blocks;
    cache.blocks = block->next;
    --cache.count;
    return_block(block, size_class);
  }
}

void SlabHeap::drain_caches() {
  CpuCaches& cpu = cpus_[hal::current_cpu()];
  for (size_t i = 0; i < kClasses; ++i) give_back(cpu.of_class[i], i, 0);
}

// --- Slabs
// ----------------------------------------------------------------------------------------
//
// In the record of a slab's first frame: refs_ counts the blocks that are not in the slab, pins_ is
// 1 more than the offset of the first free block (0: none), links_ are the neighbours in partial_
// as page numbers. In the records of all its frames: order_ is the class.

Frame* SlabHeap::add_slab(size_t size_class) {
  const unsigned order = slab_order(size_class);
  Frame* const slab = frames_.allocate(order, FrameUse::Heap);
  if (slab == nullptr) return nullptr;
  for (size_t i = 0; i < size_t{1} << order; ++i) slab[i].order_ = static_cast<uint8_t>(size_class);
  const size_t size = kSizes[size_class];
  const size_t bytes = kPageSize << order;
  std::byte* const start = frames_.bytes_of(*slab);
  FreeBlock* next = nullptr;
  for (size_t i = bytes / size; i-- > 0;) next = new (start + i * size) FreeBlock{next};
  slab->refs_.store(0, std::memory_order_relaxed);
  slab->pins_ = 1;
  held_bytes_ += bytes;
  link(*slab, size_class);
  return slab;
}

SlabHeap::FreeBlock* SlabHeap::take_block(Frame& slab, size_t size_class) {
  std::byte* const start = frames_.bytes_of(slab);
  auto* const block = reinterpret_cast<FreeBlock*>(start + slab.pins_ - 1);
  slab.refs_.fetch_add(1, std::memory_order_relaxed);
  slab.pins_ = 0;
  if (block->next != nullptr)
    slab.pins_ = static_cast<uint32_t>(reinterpret_cast<std::byte*>(block->next) - start) + 1;
  if (slab.pins_ == 0) unlink(slab, size_class);
  return block;
}

// Slabs that nobody uses go back to the frame allocator.
void SlabHeap::return_block(FreeBlock* block, size_t size_class) {
  Frame& slab = slab_of(block, size_class);
  std::byte* const start = frames_.bytes_of(slab);
  const bool was_full = slab.pins_ == 0;
  block->next = was_full ? nullptr : reinterpret_cast<FreeBlock*>(start + slab.pins_ - 1);
  slab.pins_ = static_cast<uint32_t>(reinterpret_cast<std::byte*>(block) - start) + 1;
  if (was_full) link(slab, size_class);
  if (slab.refs_.fetch_sub(1, std::memory_order_relaxed) != 1) return;
  unlink(slab, size_class);
  const unsigned order = slab_order(size_class);
  held_bytes_ -= kPageSize << order;
  frames_.free(&slab, uint64_t{1} << order);
}

void SlabHeap::link(Frame& slab, size_t size_class) {
  const auto number = [this](const Frame& frame) {
    return static_cast<uint32_t>(raw(frames_.address_of(frame)) >> kPageShift);
  };
  Frame* const next = partial_[size_class];
  slab.links_ = {.next = next == nullptr ? kNoFrame : number(*next), .previous = kNoFrame};
  if (next != nullptr) next->links_.previous = number(slab);
  partial_[size_class] = &slab;
}

void SlabHeap::unlink(Frame& slab, size_t size_class) {
  const auto frame = [this](uint32_t number) {
    if (number == kNoFrame) return static_cast<Frame*>(nullptr);
    return frames_.find(PhysAddr{uint64_t{number} << kPageShift});
  };
  Frame* const next = frame(slab.links_.next);
  Frame* const previous = frame(slab.links_.previous);
  if (next != nullptr) next->links_.previous = slab.links_.previous;
  if (previous != nullptr) {
    previous->links_.next = slab.links_.next;
  } else {
    partial_[size_class] = next;
  }
}

// --- Large blocks: frames of their own, whose number is in the first one's pins_
// ------------------

void* SlabHeap::allocate_large(size_t bytes, size_t alignment) {
  if (page_ceil_overflows(bytes)) return nullptr;
  const uint64_t pages = page_ceil(bytes) >> kPageShift;
  if (pages > 0xffff'ffff) return nullptr;
  const auto align_log2 = static_cast<unsigned>(__builtin_ctzll(alignment | kPageSize));
  Frame* const first = frames_.allocate_contiguous(pages, align_log2, FrameUse::Heap);
  if (first == nullptr) return nullptr;
  first->order_ = kLarge;
  first->pins_ = static_cast<uint32_t>(pages);
  CpuCaches& cpu = cpus_[hal::current_cpu()];
  ++cpu.live_blocks;
  cpu.live_bytes += static_cast<int64_t>(pages << kPageShift);
  LockGuard guard(lock_);
  held_bytes_ += pages << kPageShift;
  return frames_.bytes_of(*first);
}

void SlabHeap::free_large(Frame& first) {
  const uint64_t pages = first.pins_;
  CpuCaches& cpu = cpus_[hal::current_cpu()];
  --cpu.live_blocks;
  cpu.live_bytes -= static_cast<int64_t>(pages << kPageShift);
  {
    LockGuard guard(lock_);
    held_bytes_ -= pages << kPageShift;
  }
  frames_.free(&first, pages);
}

// The counts of CPUs that are at work just now may be a moment old.
HeapCounts SlabHeap::counts() {
  int64_t blocks = 0;
  int64_t bytes = 0;
  for (const CpuCaches& cpu : cpus_) {
    blocks += cpu.live_blocks;
    bytes += cpu.live_bytes;
  }
  LockGuard guard(lock_);
  return {.live_blocks = static_cast<uint64_t>(blocks),
          .live_bytes = static_cast<uint64_t>(bytes),
          .held_bytes = held_bytes_};
}

}  // namespace jacinth::vm
