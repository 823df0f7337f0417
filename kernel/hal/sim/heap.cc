// The kernel heap over malloc, so that AddressSanitizer knows each block; and its failures.
#include "base/heap.h"

#include <cstdlib>

#include "base/lock_rank.h"
#include "hal/sim/faults.h"
#include "hal/sim/state.h"

namespace jacinth {
namespace {

uint64_t allocations = 0;
uint64_t failing_allocation = 0;
bool later_ones_fail = false;
size_t live_blocks = 0;

// More than any machine has RAM for; AddressSanitizer ends the program on absurd sizes.
constexpr size_t kLargestBlock = size_t{256} << 20;

// The real heap takes a lock: find wrong orders, and races, here too.
void pass_heap_lock() {
  interleave_point();
  note_lock_acquired(LockRank::Heap);
  note_lock_released(LockRank::Heap);
}

}  // namespace

bool allocation_may_succeed() {
  ++allocations;
  if (failing_allocation == 0 || allocations < failing_allocation) return true;
  return allocations != failing_allocation && !later_ones_fail;
}

void* heap_allocate(size_t bytes, size_t alignment) noexcept {
  pass_heap_lock();
  if (!allocation_may_succeed()) return nullptr;
  const size_t most = sim::machine != nullptr ? sim::machine->ram_range.bytes : kLargestBlock;
  if (bytes > most) return nullptr;
  void* block = nullptr;
  if (posix_memalign(&block, alignment < sizeof(void*) ? sizeof(void*) : alignment, bytes) != 0)
    return nullptr;
  ++live_blocks;
  return block;
}

void heap_free(void* block) noexcept {
  if (block == nullptr) return;
  pass_heap_lock();
  --live_blocks;
  free(block);
}

namespace sim {

void fail_allocation(uint64_t n, Afterwards afterwards) {
  allocations = 0;
  later_ones_fail = afterwards == Afterwards::Fail;
  failing_allocation = n;
}
uint64_t allocations_since_arm() { return allocations; }
bool allocation_has_failed() {
  return failing_allocation != 0 && allocations >= failing_allocation;
}
size_t live_heap_blocks() { return live_blocks; }

uint64_t for_each_allocation_failure(const std::function<void()>& body) {
  for (uint64_t n = 1;; ++n) {
    fail_allocation(n);
    body();
    const bool failed = allocation_has_failed();
    fail_allocation(0);
    if (!failed) return n - 1;
  }
}

}  // namespace sim
}  // namespace jacinth
