#include "hal/sim/faults.h"

#include <gtest/gtest.h>

#include "base/heap.h"
#include "base/vector.h"
#include "hal/address_space.h"
#include "hal/sim/machine.h"

namespace jacinth::sim {
namespace {

TEST(SimFaults, TheChosenAllocationFailsAndNoOther) {
  fail_allocation(2);
  void* first = heap_allocate(8);
  EXPECT_NE(first, nullptr);
  EXPECT_FALSE(allocation_has_failed());
  EXPECT_EQ(heap_allocate(8), nullptr);
  EXPECT_TRUE(allocation_has_failed());
  void* third = heap_allocate(8);
  EXPECT_NE(third, nullptr);
  EXPECT_EQ(allocations_since_arm(), 3u);
  fail_allocation(0);
  heap_free(first);
  heap_free(third);
}

TEST(SimFaults, AllLaterAllocationsFailOnDemand) {
  fail_allocation(2, Afterwards::Fail);
  void* first = heap_allocate(8);
  EXPECT_NE(first, nullptr);
  EXPECT_EQ(heap_allocate(8), nullptr);
  EXPECT_EQ(heap_allocate(8), nullptr);
  fail_allocation(0);
  heap_free(first);
}

TEST(SimFaults, EachAllocationFailsInTurn) {
  int runs = 0;
  const uint64_t failures = for_each_allocation_failure([&] {
    ++runs;
    Vector<int> vector;
    Result<> grown;
    for (int i = 0; i < 10 && grown; ++i) grown = vector.push_back(i);
    EXPECT_EQ(grown.has_value(), !allocation_has_failed());
  });
  EXPECT_EQ(failures, 3u);  // a vector of ten grows to 4, 8 and 16
  EXPECT_EQ(runs, 4);
}

TEST(SimFaults, PageTableUpdatesFailToo) {
  Machine machine;
  auto space = hal::AddressSpace::create().value();
  const PhysAddr page = hal::ram_ranges()[0].base;
  fail_allocation(1);
  EXPECT_EQ(
      space->map(VirtAddr{0x10'0000}, page, 1, hal::Access::Read, hal::CachePolicy::Cached).error(),
      Status::NoMemory);
  fail_allocation(0);
}

TEST(SimFaults, BlocksAreCountedAndAligned) {
  const size_t before = live_heap_blocks();
  void* page = heap_allocate(kPageSize, kPageSize);
  EXPECT_EQ(live_heap_blocks(), before + 1);
  EXPECT_TRUE(is_page_aligned(reinterpret_cast<uintptr_t>(page)));
  heap_free(page);
  heap_free(nullptr);
  EXPECT_EQ(live_heap_blocks(), before);
}

TEST(SimFaults, MoreThanTheMachinesRamIsNeverThere) {
  Machine machine({.ram_bytes = 1 << 20});
  EXPECT_EQ(heap_allocate((1 << 20) + 1), nullptr);
  EXPECT_EQ(heap_allocate(~size_t{0}), nullptr);
}

}  // namespace
}  // namespace jacinth::sim
