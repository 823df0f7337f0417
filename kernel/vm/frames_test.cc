#include "vm/frames.h"

#include <set>

#include "vm/testing.h"

namespace jacinth::vm {
namespace {

// An allocator of its own over part of the machine's RAM, which the machine's allocator holds.
class FramesTest : public VmTest {
 protected:
  static constexpr uint64_t kPages = 1024;

  FramesTest() {
    lent_ = frames().allocate(FrameAllocator::kMaxOrder, FrameUse::Other);
    base_ = frames().address_of(*lent_);
    const hal::RamRange ram{base_, kPages * kPage};
    allocator_.start({&ram, 1});
  }
  ~FramesTest() override { frames().free(lent_, kPages); }

  Frame* lent_;
  PhysAddr base_;
  FrameAllocator allocator_;
};

TEST_F(FramesTest, RecordsTakeTheirFramesFromTheRange) {
  const uint64_t records = (kPages * sizeof(Frame) + kPage - 1) / kPage;
  EXPECT_EQ(allocator_.counts().total, kPages);
  EXPECT_EQ(allocator_.counts().of(FrameUse::Reserved), records);
  EXPECT_EQ(allocator_.counts().free(), kPages - records);
}

TEST_F(FramesTest, RunsAreAlignedAndDistinct) {
  std::set<uint64_t> seen;
  for (unsigned order : {0u, 3u, 1u, 5u, 0u, 2u}) {
    Frame* first = allocator_.allocate(order, FrameUse::Vmo);
    ASSERT_NE(first, nullptr);
    const uint64_t at = raw(allocator_.address_of(*first));
    EXPECT_EQ(at % (kPage << order), 0u);
    for (uint64_t i = 0; i < (1u << order); ++i) EXPECT_TRUE(seen.insert(at + i * kPage).second);
  }
  EXPECT_EQ(allocator_.counts().of(FrameUse::Vmo), seen.size());
}

TEST_F(FramesTest, FreeingMergesBuddiesUntilAllIsAsBefore) {
  const uint64_t free = allocator_.counts().free();
  std::vector<Frame*> all;
  while (Frame* frame = allocator_.allocate(0, FrameUse::Vmo)) all.push_back(frame);
  EXPECT_EQ(all.size(), free);
  EXPECT_EQ(allocator_.counts().free(), 0u);
  EXPECT_EQ(allocator_.allocate(0, FrameUse::Vmo), nullptr);
  // Odd ones first, so that every merge waits for its partner.
  for (size_t parity : {1u, 0u})
    for (size_t i = parity; i < all.size(); i += 2) allocator_.release(*all[i]);
  EXPECT_EQ(allocator_.counts().free(), free);
  Frame* half = allocator_.allocate(9, FrameUse::Vmo);
  EXPECT_NE(half, nullptr);
}

TEST_F(FramesTest, RunsMayBeFreedFrameByFrame) {
  const uint64_t free = allocator_.counts().free();
  Frame* run = allocator_.allocate(4, FrameUse::Vmo);
  ASSERT_NE(run, nullptr);
  for (int i = 15; i >= 0; --i) allocator_.release(run[i]);
  EXPECT_EQ(allocator_.counts().free(), free);
}

TEST_F(FramesTest, FramesCanBeTakenOneBehindTheOther) {
  Frame* const first = allocator_.allocate(0, FrameUse::Vmo);
  Frame* const second = allocator_.allocate_behind(*first, FrameUse::Vmo);
  EXPECT_EQ(second, first + 1);
  EXPECT_EQ(allocator_.allocate_behind(*second, FrameUse::Vmo), first + 2);
  // What is in the way does not move; others can follow the one that is taken instead.
  Frame* const other = allocator_.allocate_behind(*first, FrameUse::Vmo);
  ASSERT_NE(other, nullptr);
  EXPECT_NE(other, first + 1);
  Frame* const follower = allocator_.allocate_behind(*other, FrameUse::Vmo);
  EXPECT_EQ(follower, other + 1);
  const uint64_t used = allocator_.counts().of(FrameUse::Vmo);
  EXPECT_EQ(used, 5u);
  allocator_.free(first, 3);
  allocator_.free(other, 2);
  EXPECT_EQ(allocator_.counts().of(FrameUse::Vmo), 0u);
}

TEST_F(FramesTest, TheLastFrameIsFoundFromAnywhere) {
  std::vector<Frame*> all;
  while (Frame* frame = allocator_.allocate(0, FrameUse::Vmo)) all.push_back(frame);
  ASSERT_GT(all.size(), 10u);
  Frame* const freed = all[5];
  allocator_.free(freed, 1);
  Frame* const far = all[all.size() - 1];
  EXPECT_EQ(allocator_.allocate_behind(*far, FrameUse::Vmo), freed);
  EXPECT_EQ(allocator_.allocate_behind(*far, FrameUse::Vmo), nullptr);
  for (Frame* frame : all) allocator_.free(frame, 1);
}

TEST_F(FramesTest, AFrameLivesUntilItsLastReference) {
  Frame* frame = allocator_.allocate(0, FrameUse::Vmo);
  FrameAllocator::add_ref(*frame);
  allocator_.release(*frame);
  EXPECT_EQ(frame->use(), FrameUse::Vmo);
  allocator_.release(*frame);
  EXPECT_EQ(frame->use(), FrameUse::Free);
}

TEST_F(FramesTest, ContiguousRunsOfAnyLengthAndAlignment) {
  const uint64_t free = allocator_.counts().free();
  Frame* run = allocator_.allocate_contiguous(100, 18, FrameUse::Other);
  ASSERT_NE(run, nullptr);
  EXPECT_EQ(raw(allocator_.address_of(*run)) % (1 << 18), 0u);
  EXPECT_EQ(allocator_.counts().of(FrameUse::Other), 100u);
  EXPECT_EQ(allocator_.allocate_contiguous(kPages, 12, FrameUse::Other), nullptr);
  EXPECT_EQ(allocator_.allocate_contiguous(1, 63, FrameUse::Other), nullptr);
  EXPECT_EQ(allocator_.allocate_contiguous(~uint64_t{0}, 12, FrameUse::Other), nullptr);
  EXPECT_EQ(allocator_.allocate_contiguous(0, 12, FrameUse::Other), nullptr);
  allocator_.free(run, 100);
  EXPECT_EQ(allocator_.counts().free(), free);
}

TEST_F(FramesTest, FindKnowsItsFramesOnly) {
  Frame* frame = allocator_.allocate(0, FrameUse::Vmo);
  EXPECT_EQ(allocator_.find(allocator_.address_of(*frame) + 17), frame);
  EXPECT_EQ(allocator_.find(base_), nullptr);  // holds records
  EXPECT_EQ(allocator_.find(base_ + kPages * kPage), nullptr);
  EXPECT_EQ(allocator_.find(PhysAddr{0}), nullptr);
}

TEST(BigFrames, RunsLargerThanTheLargestBlock) {
  MemoryMachine memory({.ram_bytes = 64 << 20, .ram_fill = 0xa5});
  constexpr uint64_t kRun = (9 << 20) / kPage;
  Frame* first = frames().allocate_contiguous(kRun, 22, FrameUse::Other);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(raw(frames().address_of(*first)) % (4 << 20), 0u);
  // The rest of its last block can be used.
  Frame* one = frames().allocate(9, FrameUse::Other);
  EXPECT_NE(one, nullptr);
  frames().free(one, 512);
  frames().free(first, kRun);
}

TEST(BigFrames, FramesAreClearedOnceTheyHaveBeenUsed) {
  MemoryMachine memory({.ram_fill = 0});  // a machine that promises zeroed RAM
  Frame* frame = frames().allocate(0, FrameUse::Vmo);
  ASSERT_NE(frame, nullptr);
  frames().clear(*frame, 1);
  std::byte* bytes = frames().bytes_of(*frame);
  EXPECT_EQ(bytes[99], std::byte{0});
  bytes[99] = std::byte{1};
  frames().release(*frame);
  ASSERT_EQ(frames().allocate(0, FrameUse::Vmo), frame);
  frames().clear(*frame, 1);
  EXPECT_EQ(bytes[99], std::byte{0});
  frames().release(*frame);
}

TEST(BigFrames, RamThatIsNotNeededIsNotTouched) {
  sim::Machine machine({.ram_bytes = 64 << 20, .ram_fill = 0x5a});
  ASSERT_TRUE(start());
  ASSERT_NE(frames().allocate(0, FrameUse::Vmo), nullptr);
  const std::byte* ram = hal::phys_to_virt(hal::ram_ranges()[0].base);
  uint64_t touched = 0;
  for (uint64_t page = 0; page < (64 << 20) / kPage; ++page) {
    for (uint64_t i = 0; i < kPage; i += 8) {
      if (ram[page * kPage + i] == std::byte{0x5a}) continue;
      ++touched;
      break;
    }
  }
  EXPECT_LT(touched, 40u);  // one block's records and the zero run
}

TEST_F(FramesTest, SomeAreKeptForTheKernel) {
  allocator_.keep_for_kernel(allocator_.counts().free() - 2);
  EXPECT_EQ(allocator_.allocate(2, FrameUse::Vmo), nullptr);
  Frame* const pages = allocator_.allocate(1, FrameUse::Vmo);
  ASSERT_NE(pages, nullptr);
  EXPECT_EQ(allocator_.allocate(0, FrameUse::Vmo), nullptr);
  EXPECT_EQ(allocator_.allocate_contiguous(1, 12, FrameUse::Vmo), nullptr);
  Frame* const kernels = allocator_.allocate(2, FrameUse::Heap);
  ASSERT_NE(kernels, nullptr);
  allocator_.free(pages, 2);
  EXPECT_EQ(allocator_.allocate(0, FrameUse::Vmo), nullptr);
  allocator_.free(kernels, 4);
  EXPECT_NE(allocator_.allocate(0, FrameUse::Vmo), nullptr);
}

}  // namespace
}  // namespace jacinth::vm
