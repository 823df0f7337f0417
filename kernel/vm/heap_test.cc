#include "vm/heap.h"

#include <map>

#include "hal/sim/random.h"
#include "vm/testing.h"

namespace jacinth::vm {
namespace {

// A heap of its own beside the simulator's, which is malloc.
class SlabHeapTest : public VmTest {
 protected:
  ~SlabHeapTest() override {
    heap_.drain_caches();
    EXPECT_EQ(heap_.counts().live_blocks, 0u);
    EXPECT_EQ(heap_.counts().live_bytes, 0u);
    EXPECT_EQ(heap_.counts().held_bytes, 0u);
  }
  SlabHeap::Caches caches_{};
  SlabHeap heap_{frames(), caches_};
};

TEST_F(SlabHeapTest, BlocksAreAlignedAndDoNotOverlap) {
  std::vector<void*> blocks;
  for (size_t bytes : {0u, 1u, 16u, 17u, 100u, 576u, 577u, 1000u, 2048u, 2049u, 5000u, 70'000u}) {
    for (int i = 0; i < 20; ++i) {
      void* block = heap_.allocate(bytes, 16);
      ASSERT_NE(block, nullptr);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % 16, 0u);
      memset(block, i, bytes);
      if (bytes > 16) EXPECT_EQ(static_cast<std::byte*>(block)[bytes - 1], std::byte(i));
      blocks.push_back(block);
    }
  }
  EXPECT_EQ(heap_.counts().live_blocks, blocks.size());
  for (void* block : blocks) heap_.free(block);
  heap_.free(nullptr);
}

TEST_F(SlabHeapTest, LargerAlignmentsAreKept) {
  std::vector<void*> blocks;
  for (size_t alignment = 1; alignment <= kPage; alignment *= 2) {
    for (size_t bytes : {8u, 100u, 600u, 3000u}) {
      void* block = heap_.allocate(bytes, alignment);
      ASSERT_NE(block, nullptr);
      EXPECT_EQ(raw(hal::virt_to_phys(block)) % alignment, 0u) << bytes << " at " << alignment;
      blocks.push_back(block);
    }
  }
  for (void* block : blocks) heap_.free(block);
}

TEST_F(SlabHeapTest, ExhaustionIsReportedAndNothingIsLost) {
  std::vector<void*> blocks;
  while (void* block = heap_.allocate(1024, 16)) blocks.push_back(block);
  EXPECT_GT(blocks.size(), 14'000u);
  EXPECT_EQ(heap_.allocate(1024, 16), nullptr);
  EXPECT_EQ(heap_.allocate(~size_t{0}, 16), nullptr);
  EXPECT_EQ(heap_.allocate(size_t{1} << 40, 16), nullptr);
  for (void* block : blocks) heap_.free(block);
}

TEST_F(SlabHeapTest, FreedBlocksAreUsedAgain) {
  for (int i = 0; i < 100'000; ++i) {
    void* block = heap_.allocate(64, 16);
    ASSERT_NE(block, nullptr);
    heap_.free(block);
  }
  EXPECT_LE(heap_.counts().held_bytes, kPage);
}

TEST_F(SlabHeapTest, KeepsItsBlocksIntactUnderRandomUse) {
  sim::Random random(1);
  std::map<std::byte*, size_t> live;
  for (int step = 0; step < 20'000; ++step) {
    if (live.empty() || random.below(100) < 55) {
      const size_t bytes = 8 + random.below(uint64_t{1} << (3 + random.below(11)));
      auto* block = static_cast<std::byte*>(heap_.allocate(bytes, 16));
      if (block == nullptr) continue;
      const auto after = live.lower_bound(block);
      if (after != live.end()) ASSERT_LE(block + bytes, after->first);
      memset(block, static_cast<int>(bytes), bytes);
      live[block] = bytes;
    } else {
      auto victim = std::next(live.begin(), static_cast<ptrdiff_t>(random.below(live.size())));
      for (size_t i = 0; i < victim->second; ++i)
        ASSERT_EQ(victim->first[i], static_cast<std::byte>(victim->second));
      heap_.free(victim->first);
      live.erase(victim);
    }
  }
  for (auto& [block, bytes] : live) heap_.free(block);
}

}  // namespace
}  // namespace jacinth::vm
