// Page faults: what they map, what they commit, and that everyone sees the same memory.
#include "vm/testing.h"

namespace jacinth::vm {
namespace {

using hal::Access;

constexpr Access kR = Access::Read;
constexpr Access kRW = Access::Read | Access::Write;

class FaultTest : public VmTest {
 protected:
  RefPtr<Vmo> make_vmo(uint64_t pages, Resizable resizable = Resizable::No) {
    return *Vmo::create(pages * kPage, resizable);
  }
  // Aligned so that windows of fault-around begin at page 0.
  VirtAddr map(TestSpace& space, RefPtr<Vmo> vmo, uint64_t pages, Access access = kRW) {
    auto base = space->root()->map({.align_log2 = 16}, std::move(vmo), 0, pages * kPage,
                                   {.access = access, .max_access = kRW | Access::Execute});
    EXPECT_TRUE(base);
    return *base;
  }
  // A program's access, which faults until it succeeds.
  Status touch(TestSpace& space, VirtAddr at, Access access) {
    for (int tries = 0; tries < 3; ++tries) {
      const auto page = space->machine().query(at);
      if (page && hal::includes(page->access, access)) return Status::Ok;
      const Result<> resolved = space->handle_fault(at, access);
      if (!resolved) return resolved.error();
    }
    return Status::Internal;
  }
  int load(TestSpace& space, VirtAddr at) {
    const Status status = touch(space, at, kR);
    if (status != Status::Ok) return -static_cast<int>(status);
    return static_cast<int>(*hal::phys_to_virt(space->machine().query(at)->address));
  }
  void store(TestSpace& space, VirtAddr at, uint8_t value) {
    ASSERT_EQ(touch(space, at, Access::Write), Status::Ok);
    *hal::phys_to_virt(space->machine().query(at)->address) = std::byte{value};
  }
  uint64_t mapped_pages(TestSpace& space, VirtAddr base, uint64_t pages) {
    uint64_t mapped = 0;
    for (uint64_t page = 0; page < pages; ++page)
      mapped += space->machine().query(base + page * kPage).has_value();
    return mapped;
  }

  TestSpace space_;
};

TEST_F(FaultTest, ErrorsSayWhatIsWrong) {
  auto vmo = make_vmo(2);
  const VirtAddr at = map(space_, vmo, 4, kR);
  EXPECT_EQ(status_of(space_->handle_fault(at, Access::Write)), Status::AccessDenied);
  EXPECT_EQ(status_of(space_->handle_fault(at, Access::Execute)), Status::AccessDenied);
  EXPECT_EQ(status_of(space_->handle_fault(at + 2 * kPage, kR)), Status::OutOfRange);
  EXPECT_EQ(status_of(space_->handle_fault(at + 4 * kPage, kR)), Status::NotFound);
  EXPECT_EQ(status_of(space_->handle_fault(VirtAddr{0}, kR)), Status::NotFound);
  EXPECT_EQ(status_of(space_->handle_fault(VirtAddr{~uint64_t{0}}, kR)), Status::NotFound);
  EXPECT_EQ(touch(space_, at + (2 * kPage - 1), kR), Status::Ok);
}

TEST_F(FaultTest, ReadsOfAbsentPagesSeeZerosWithoutFrames) {
  auto vmo = make_vmo(40);
  const VirtAddr at = map(space_, vmo, 40);
  EXPECT_EQ(load(space_, at + 20 * kPage), 0);
  EXPECT_EQ(committed_pages(*vmo), 0u);
  EXPECT_EQ(mapped_pages(space_, at, 40), 16u);
  EXPECT_EQ(space_->machine().query(at + 20 * kPage)->access, kR);
}

TEST_F(FaultTest, ZerosGiveWayToWhatIsWritten) {
  auto vmo = make_vmo(4);
  TestSpace other;
  const VirtAddr here = map(space_, vmo, 4);
  const VirtAddr there = map(other, vmo, 4);
  EXPECT_EQ(load(space_, here), 0);
  EXPECT_EQ(load(other, there), 0);
  store(space_, here, 5);
  EXPECT_EQ(load(other, there), 5);
  EXPECT_EQ(load(other, there + kPage), 0);
  poke(*vmo, 1, 6);
  EXPECT_EQ(load(space_, here + kPage), 6);
  EXPECT_EQ(load(other, there + kPage), 6);
}

TEST_F(FaultTest, SlicesSeeWhatTheirParentsMappingsWrite) {
  auto vmo = make_vmo(4);
  auto part = *vmo->create_child(ChildKind::Slice, 2 * kPage, kPage, Resizable::No);
  const VirtAddr whole = map(space_, vmo, 4);
  const VirtAddr piece = map(space_, part, 1);
  EXPECT_EQ(load(space_, piece), 0);
  store(space_, whole + 2 * kPage, 3);
  EXPECT_EQ(load(space_, piece), 3);
  ByteRange range{0, kPage};
  ASSERT_TRUE(part->decommit(range));
  EXPECT_EQ(load(space_, whole + 2 * kPage), 0);
  EXPECT_EQ(part->info().num_mappings, 1u);
  EXPECT_EQ(vmo->info().num_mappings, 1u);
}

TEST_F(FaultTest, ALonePageStaysAlone) {
  auto vmo = make_vmo(64);
  const VirtAddr at = map(space_, vmo, 64);
  for (uint64_t page : {3u, 40u, 21u}) store(space_, at + page * kPage, 1);
  EXPECT_EQ(committed_pages(*vmo), 3u);
}

TEST_F(FaultTest, FillingMemoryFaultsSeldom) {
  for (bool upward : {true, false}) {
    auto vmo = make_vmo(256);
    const VirtAddr at = map(space_, vmo, 256);
    int faults = 0;
    for (uint64_t i = 0; i < 256; ++i) {
      const VirtAddr page = at + (upward ? i : 255 - i) * kPage;
      if (space_->machine().query(page)) continue;
      ++faults;
      store(space_, page, 1);
    }
    EXPECT_EQ(committed_pages(*vmo), 256u);
    EXPECT_LE(faults, 24) << upward;
  }
}

TEST_F(FaultTest, RunsOfFramesAreMappedAtOnce) {
  auto vmo = make_vmo(32);
  ByteRange all{0, 32 * kPage};
  ASSERT_TRUE(vmo->commit(all));
  const VirtAddr at = map(space_, vmo, 32);
  EXPECT_EQ(touch(space_, at + 17 * kPage, kR), Status::Ok);
  EXPECT_EQ(mapped_pages(space_, at, 32), 16u);
  // A mapping that may be written is so at once, where nobody else has the frames.
  EXPECT_EQ(space_->machine().query(at + 17 * kPage)->access, kRW);
}

TEST_F(FaultTest, FaultAroundStaysInsideMappingAndVmo) {
  auto vmo = make_vmo(6);
  auto vmar = *space_->root()->allocate({.align_log2 = 16}, 32 * kPage,
                                        {.can_map = kRW, .can_map_specific = true});
  ASSERT_TRUE(vmar->map({.kind = Placement::Kind::Specific, .offset = 3 * kPage}, vmo, 0, 8 * kPage,
                        {.access = kRW, .max_access = kRW}));
  EXPECT_EQ(load(space_, vmar->base() + 5 * kPage), 0);
  EXPECT_EQ(mapped_pages(space_, vmar->base(), 32), 6u);
  EXPECT_FALSE(space_->machine().query(vmar->base() + 2 * kPage));
  EXPECT_FALSE(space_->machine().query(vmar->base() + 9 * kPage));
}

TEST_F(FaultTest, SnapshotsForbidWritesToWhatIsMappedAlready) {
  auto vmo = make_vmo(4);
  const VirtAddr at = map(space_, vmo, 4);
  store(space_, at, 1);
  store(space_, at + kPage, 2);
  auto child = *vmo->create_child(ChildKind::Snapshot, 0, 4 * kPage, Resizable::No);
  EXPECT_EQ(space_->machine().query(at)->access, kR);
  store(space_, at, 10);
  EXPECT_EQ(peek(*child, 0), 1);
  const VirtAddr there = map(space_, child, 4);
  EXPECT_EQ(load(space_, there + kPage), 2);
  store(space_, there + kPage, 20);
  EXPECT_EQ(load(space_, at + kPage), 2);
  EXPECT_EQ(load(space_, at), 10);
  EXPECT_EQ(committed_pages(*vmo), 2u);
  EXPECT_EQ(committed_pages(*child), 2u);
}

// The window that faults is given the copy; what others show of the old frame goes.
TEST_F(FaultTest, ACopyOnWriteShowsInAllWindows) {
  auto vmo = make_vmo(2);
  TestSpace other;
  const VirtAddr at = map(space_, vmo, 2);
  const VirtAddr again = map(space_, vmo, 2);
  const VirtAddr there = map(other, vmo, 2);
  store(space_, at, 1);
  auto child = *vmo->create_child(ChildKind::Snapshot, 0, 2 * kPage, Resizable::No);
  EXPECT_EQ(load(space_, at), 1);
  EXPECT_EQ(load(space_, again), 1);
  EXPECT_EQ(load(other, there), 1);
  store(space_, at, 2);
  EXPECT_EQ(space_->machine().query(at)->access, kRW);
  EXPECT_FALSE(space_->machine().query(again));
  EXPECT_FALSE(other->machine().query(there));
  EXPECT_EQ(load(space_, again), 2);
  EXPECT_EQ(load(other, there), 2);
  EXPECT_EQ(peek(*child, 0), 1);
}

TEST_F(FaultTest, TheLastOwnerWritesWithoutCopying) {
  auto vmo = make_vmo(1);
  poke(*vmo, 0, 1);
  auto child = *vmo->create_child(ChildKind::Snapshot, 0, kPage, Resizable::No);
  vmo.reset();
  const uint64_t free = frames().counts().free();
  const VirtAddr at = map(space_, child, 1);
  store(space_, at, 2);
  EXPECT_EQ(frames().counts().free(), free);
}

TEST_F(FaultTest, DecommitResizeAndZeroTakePagesOutOfMappings) {
  auto vmo = make_vmo(4, Resizable::Yes);
  const VirtAddr at = map(space_, vmo, 4);
  for (uint64_t page = 0; page < 4; ++page) store(space_, at + page * kPage, 1);
  ByteRange first{0, kPage};
  ASSERT_TRUE(vmo->decommit(first));
  EXPECT_EQ(load(space_, at), 0);
  ByteRange second{kPage, kPage};
  ASSERT_TRUE(vmo->zero(second));
  EXPECT_EQ(load(space_, at + kPage), 0);
  ASSERT_TRUE(vmo->set_size(3 * kPage));
  EXPECT_EQ(touch(space_, at + 3 * kPage, kR), Status::OutOfRange);
  EXPECT_EQ(load(space_, at + 2 * kPage), 1);
}

TEST_F(FaultTest, UnmapAndProtectReachTheMachine) {
  auto vmo = make_vmo(8);
  const VirtAddr at = map(space_, vmo, 8);
  for (uint64_t page = 0; page < 8; ++page) store(space_, at + page * kPage, 1);
  auto root = space_->root();
  ASSERT_TRUE(root->protect(at + 2 * kPage, 2 * kPage, kR));
  EXPECT_EQ(touch(space_, at + 2 * kPage, Access::Write), Status::AccessDenied);
  EXPECT_EQ(touch(space_, at + 4 * kPage, Access::Write), Status::Ok);
  ASSERT_TRUE(root->protect(at + 2 * kPage, kPage, Access::None));
  EXPECT_EQ(touch(space_, at + 2 * kPage, kR), Status::AccessDenied);
  ASSERT_TRUE(root->protect(at + 2 * kPage, 2 * kPage, kRW));
  store(space_, at + 2 * kPage, 7);
  EXPECT_EQ(peek(*vmo, 2), 7);
  ASSERT_TRUE(root->unmap(at + 5 * kPage, kPage));
  EXPECT_EQ(touch(space_, at + 5 * kPage, kR), Status::NotFound);
  EXPECT_EQ(load(space_, at + 6 * kPage), 1);
  EXPECT_EQ(vmo->info().num_mappings, 5u);
  EXPECT_EQ(vmo->info().share_count, 1u);
}

TEST_F(FaultTest, PhysicalMemoryIsMappedAsItIs) {
  auto vmo = *Vmo::create_physical(PhysAddr{0x4000'0000}, 20 * kPage);
  const VirtAddr at = map(space_, vmo, 20);
  EXPECT_EQ(touch(space_, at + 18 * kPage, Access::Write), Status::Ok);
  EXPECT_EQ(space_->machine().query(at + 18 * kPage)->address, PhysAddr{0x4000'0000 + 18 * kPage});
  EXPECT_EQ(status_of(vmo->set_cache_policy(hal::CachePolicy::Cached)), Status::BadState);
}

TEST_F(FaultTest, PopulateMapsOnlyWhatIsThere) {
  auto vmo = make_vmo(32);
  poke(*vmo, 3, 1);
  poke(*vmo, 30, 1);
  const auto base = space_->root()->map({}, vmo, 0, 32 * kPage,
                                        {.access = kRW, .max_access = kRW, .populate = true});
  ASSERT_TRUE(base);
  EXPECT_EQ(mapped_pages(space_, *base, 32), 2u);
  EXPECT_EQ(committed_pages(*vmo), 2u);
  poke(*vmo, 9, 1);
  VirtAddr at = *base;
  uint64_t size = 32 * kPage;
  while (size != 0) ASSERT_TRUE(space_->root()->populate(at, size));
  EXPECT_EQ(mapped_pages(space_, *base, 32), 3u);
  uint64_t odd = 5;
  EXPECT_EQ(status_of(space_->root()->populate(at, odd)), Status::InvalidArgs);
}

TEST_F(FaultTest, DecommitThroughAVmarNeedsAWritableMapping) {
  auto vmo = make_vmo(4);
  for (uint64_t page = 0; page < 4; ++page) poke(*vmo, page, 1);
  const VirtAddr at = map(space_, vmo, 4);
  auto root = space_->root();
  VirtAddr from = at + kPage;
  uint64_t size = 2 * kPage;
  while (size != 0) ASSERT_TRUE(root->decommit(from, size));
  EXPECT_EQ(committed_pages(*vmo), 2u);
  EXPECT_EQ(load(space_, at + kPage), 0);
  ASSERT_TRUE(root->protect(at, kPage, kR));
  from = at;
  size = kPage;
  EXPECT_EQ(status_of(root->decommit(from, size)), Status::AccessDenied);
  from = at + 4 * kPage;
  EXPECT_EQ(status_of(root->decommit(from, size)), Status::BadState);
  from = VirtAddr{0};
  EXPECT_EQ(status_of(root->decommit(from, size)), Status::OutOfRange);
}

TEST_F(FaultTest, StatsTellPrivateFromShared) {
  auto own = make_vmo(4);
  auto common = make_vmo(4);
  TestSpace other;
  store(space_, map(space_, own, 4), 1);
  const VirtAddr here = map(space_, common, 4);
  map(other, common, 4);
  store(space_, here, 1);
  store(space_, here + kPage, 1);
  const auto stats = space_->stats();
  ASSERT_TRUE(stats);
  EXPECT_EQ(stats->mapped_bytes, 8 * kPage);
  EXPECT_EQ(stats->private_bytes, kPage);
  EXPECT_EQ(stats->shared_bytes, 2 * kPage);
  EXPECT_EQ(stats->scaled_shared_bytes, kPage);
  EXPECT_EQ(common->info().share_count, 2u);
}

TEST_F(FaultTest, OtherSpacesMemoryIsReadAndWrittenUpToTheMappingsEnd) {
  auto vmo = make_vmo(2);
  const VirtAddr at = map(space_, vmo, 2, kR);
  std::byte buffer[3 * kPage] = {std::byte{7}};
  EXPECT_EQ(*space_->write_memory(at + kPage, {buffer, 1}), 1u);
  EXPECT_EQ(peek(*vmo, 1), 7);
  EXPECT_EQ(*space_->read_memory(at + 100, buffer), 2 * kPage - 100);
  EXPECT_EQ(buffer[kPage - 100], std::byte{7});
  EXPECT_EQ(status_of(space_->read_memory(at + 2 * kPage, buffer)), Status::NoMemory);
}

TEST_F(FaultTest, NoAllocationFailureTearsOrLeaksAnything) {
  auto vmo = make_vmo(64);
  poke(*vmo, 1, 1);
  const VirtAddr at = map(space_, vmo, 64);
  const uint64_t failures = sim::for_each_allocation_failure([&] {
    auto child = vmo->create_child(ChildKind::Snapshot, 0, 64 * kPage, Resizable::No);
    for (uint64_t page : {1u, 2u, 3u, 4u, 30u}) {
      const Status status = touch(space_, at + page * kPage, Access::Write);
      EXPECT_TRUE(status == Status::Ok || status == Status::NoMemory);
    }
    EXPECT_EQ(load(space_, at + kPage), 1);
    ByteRange rest{2 * kPage, 62 * kPage};
    while (rest.size != 0 && vmo->decommit(rest)) continue;
  });
  EXPECT_GT(failures, 8u);
}

}  // namespace
}  // namespace jacinth::vm
