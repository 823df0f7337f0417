// Sizes, contents, ranges, pins and policies of single VMOs.
#include "vm/vmo.h"

#include "vm/testing.h"

namespace jacinth::vm {
namespace {

using VmoTest = VmTest;

RefPtr<Vmo> make_vmo(uint64_t pages, Resizable resizable = Resizable::No) {
  auto vmo = Vmo::create(pages * kPage, resizable);
  EXPECT_TRUE(vmo);
  return *vmo;
}

template <typename Op>
Status finish(ByteRange range, Op&& op) {
  while (true) {
    const Result<> step = op(range);
    if (!step || range.size == 0) return to_status(step);
  }
}
Status commit(Vmo& vmo, uint64_t offset, uint64_t size) {
  return finish({offset, size}, [&](ByteRange& range) { return vmo.commit(range); });
}
Status decommit(Vmo& vmo, uint64_t offset, uint64_t size) {
  return finish({offset, size}, [&](ByteRange& range) { return vmo.decommit(range); });
}
Status zero(Vmo& vmo, uint64_t offset, uint64_t size) {
  return finish({offset, size}, [&](ByteRange& range) { return vmo.zero(range); });
}
Status sync(Vmo& vmo, uint64_t offset, uint64_t size) {
  return finish({offset, size},
                [&](ByteRange& range) { return vmo.cache_op(hal::CacheOp::Clean, range); });
}

TEST_F(VmoTest, SizesAreRoundedUpToPages) {
  EXPECT_EQ((*Vmo::create(0))->size(), 0u);
  EXPECT_EQ((*Vmo::create(1))->size(), kPage);
  EXPECT_EQ((*Vmo::create(kPage))->size(), kPage);
  EXPECT_EQ((*Vmo::create(kPage + 1))->size(), 2 * kPage);
  EXPECT_EQ((*Vmo::create(kPage + 1))->content_size(), kPage + 1);
  EXPECT_EQ((*Vmo::create(Vmo::kMaxSize))->size(), Vmo::kMaxSize);
  EXPECT_EQ(status_of(Vmo::create(Vmo::kMaxSize + 1)), Status::OutOfRange);
  EXPECT_EQ(status_of(Vmo::create(~uint64_t{0})), Status::OutOfRange);
}

TEST_F(VmoTest, OnlyResizableOnesChangeSize) {
  auto fixed = make_vmo(1);
  EXPECT_EQ(status_of(fixed->set_size(kPage)), Status::Unavailable);
  auto vmo = make_vmo(1, Resizable::Yes);
  EXPECT_EQ(status_of(vmo->set_size(~uint64_t{0})), Status::OutOfRange);
  EXPECT_EQ(status_of(vmo->set_size(kPage + 1)), Status::Ok);
  EXPECT_EQ(vmo->size(), 2 * kPage);
  EXPECT_EQ(vmo->content_size(), kPage + 1);
}

TEST_F(VmoTest, ShrinkingFreesAndRegrowingShowsZeros) {
  auto vmo = make_vmo(4, Resizable::Yes);
  for (uint64_t page = 0; page < 4; ++page) poke(*vmo, page, 7);
  EXPECT_EQ(committed_pages(*vmo), 4u);
  EXPECT_EQ(status_of(vmo->set_size(kPage)), Status::Ok);
  EXPECT_EQ(committed_pages(*vmo), 1u);
  EXPECT_EQ(peek(*vmo, 1), -static_cast<int>(Status::OutOfRange));
  EXPECT_EQ(status_of(vmo->set_size(4 * kPage)), Status::Ok);
  EXPECT_EQ(peek(*vmo, 0), 7);
  EXPECT_EQ(peek(*vmo, 3), 0);
}

TEST_F(VmoTest, ReadsAndWritesStayInside) {
  auto vmo = make_vmo(2);
  std::byte buffer[2 * kPage] = {};
  EXPECT_EQ(status_of(vmo->read(0, buffer)), Status::Ok);
  EXPECT_EQ(committed_pages(*vmo), 0u);  // reading commits nothing
  EXPECT_EQ(status_of(vmo->read(2 * kPage, {buffer, 0})), Status::Ok);
  EXPECT_EQ(status_of(vmo->read(2 * kPage + 1, {buffer, 0})), Status::OutOfRange);
  EXPECT_EQ(status_of(vmo->read(1, buffer)), Status::OutOfRange);
  EXPECT_EQ(status_of(vmo->write(~uint64_t{0}, {buffer, 2})), Status::OutOfRange);
}

TEST_F(VmoTest, WritesAcrossPagesAreReadBack) {
  auto vmo = make_vmo(3);
  std::byte written[kPage + 100];
  for (size_t i = 0; i < sizeof(written); ++i) written[i] = static_cast<std::byte>(i * 7);
  ASSERT_TRUE(vmo->write(kPage - 50, written));
  std::byte read[sizeof(written)];
  ASSERT_TRUE(vmo->read(kPage - 50, read));
  EXPECT_EQ(memcmp(read, written, sizeof(read)), 0);
  EXPECT_EQ(committed_pages(*vmo), 3u);
}

TEST_F(VmoTest, CommitRoundsOutwardAndStaysInside) {
  auto vmo = make_vmo(100);
  EXPECT_EQ(commit(*vmo, kPage - 1, 2), Status::Ok);
  EXPECT_EQ(committed_pages(*vmo), 2u);
  EXPECT_EQ(commit(*vmo, 0, 100 * kPage), Status::Ok);
  EXPECT_EQ(committed_pages(*vmo), 100u);
  EXPECT_EQ(peek(*vmo, 57), 0);
  EXPECT_EQ(commit(*vmo, 0, 100 * kPage + 1), Status::OutOfRange);
  EXPECT_EQ(commit(*vmo, kPage, ~uint64_t{0}), Status::OutOfRange);
}

TEST_F(VmoTest, CommittingMoreThanThereIsFailsAndLeaksNothing) {
  auto vmo = make_vmo(1 << 20);
  EXPECT_EQ(commit(*vmo, 0, uint64_t{1} << 32), Status::NoMemory);
  EXPECT_EQ(decommit(*vmo, 0, uint64_t{1} << 32), Status::Ok);
  EXPECT_EQ(committed_pages(*vmo), 0u);
}

TEST_F(VmoTest, CommitComesInBoundedPieces) {
  auto vmo = make_vmo(1000);
  ByteRange range{0, 1000 * kPage};
  ASSERT_TRUE(vmo->commit(range));
  EXPECT_GT(range.size, 800 * kPage);
}

TEST_F(VmoTest, DecommitDropsContents) {
  auto vmo = make_vmo(4);
  for (uint64_t page = 0; page < 4; ++page) poke(*vmo, page, 9);
  EXPECT_EQ(decommit(*vmo, kPage, 2 * kPage), Status::Ok);
  EXPECT_EQ(committed_pages(*vmo), 2u);
  EXPECT_EQ(peek(*vmo, 1), 0);
  EXPECT_EQ(peek(*vmo, 3), 9);
  EXPECT_EQ(decommit(*vmo, 1, kPage), Status::InvalidArgs);
  EXPECT_EQ(decommit(*vmo, 0, 1), Status::InvalidArgs);
  EXPECT_EQ(decommit(*vmo, 0, 5 * kPage), Status::OutOfRange);
}

TEST_F(VmoTest, DecommitIsNotForContiguousPhysicalAndSnapshots) {
  EXPECT_EQ(decommit(**Vmo::create_contiguous(kPage, 0), 0, kPage), Status::NotSupported);
  EXPECT_EQ(decommit(**Vmo::create_physical(PhysAddr{0}, kPage), 0, kPage), Status::NotSupported);
  auto vmo = make_vmo(1);
  auto child = *vmo->create_child(ChildKind::Snapshot, 0, kPage, Resizable::No);
  EXPECT_EQ(decommit(*child, 0, kPage), Status::NotSupported);
  EXPECT_EQ(decommit(*vmo, 0, kPage), Status::Ok);
}

TEST_F(VmoTest, ZeroClearsPartsAndFreesWholePages) {
  auto vmo = make_vmo(3);
  std::byte ones[3 * kPage];
  memset(ones, 1, sizeof(ones));
  ASSERT_TRUE(vmo->write(0, ones));
  EXPECT_EQ(zero(*vmo, kPage - 10, kPage + 20), Status::Ok);
  std::byte read[3 * kPage];
  ASSERT_TRUE(vmo->read(0, read));
  for (uint64_t i = 0; i < sizeof(read); ++i)
    ASSERT_EQ(read[i], std::byte(i < kPage - 10 || i >= 2 * kPage + 10 ? 1 : 0)) << i;
  EXPECT_EQ(committed_pages(*vmo), 2u);
  EXPECT_EQ(zero(*vmo, 0, 3 * kPage + 1), Status::OutOfRange);
  EXPECT_EQ(zero(**Vmo::create_physical(PhysAddr{0}, kPage), 0, kPage), Status::NotSupported);
}

TEST_F(VmoTest, ZeroWorksThroughHugeHolesAtOnce) {
  auto vmo = *Vmo::create(Vmo::kMaxSize);
  poke(*vmo, 5, 1);
  poke(*vmo, uint64_t{1} << 50, 2);
  EXPECT_EQ(zero(*vmo, 0, Vmo::kMaxSize), Status::Ok);
  EXPECT_EQ(committed_pages(*vmo), 0u);
}

TEST_F(VmoTest, PinnedPagesStay) {
  auto vmo = make_vmo(4, Resizable::Yes);
  ASSERT_TRUE(vmo->pin(kPage, 2 * kPage));
  EXPECT_EQ(committed_pages(*vmo), 2u);
  const auto at = vmo->physical_address(kPage + 5);
  ASSERT_TRUE(at);
  EXPECT_EQ(raw(*at) % kPage, 5u);
  EXPECT_EQ(decommit(*vmo, 0, 4 * kPage), Status::BadState);
  EXPECT_EQ(decommit(*vmo, 3 * kPage, kPage), Status::Ok);
  EXPECT_EQ(status_of(vmo->set_size(kPage)), Status::BadState);
  EXPECT_EQ(status_of(vmo->create_child(ChildKind::Snapshot, 0, kPage, Resizable::No)),
            Status::BadState);
  poke(*vmo, 1, 3);
  poke(*vmo, 3, 3);
  EXPECT_EQ(zero(*vmo, 0, 4 * kPage), Status::Ok);
  EXPECT_EQ(peek(*vmo, 1), 0);
  EXPECT_EQ(*vmo->physical_address(kPage + 5), *at);
  EXPECT_EQ(status_of(vmo->physical_address(0)), Status::NotFound);
  EXPECT_EQ(committed_pages(*vmo), 2u);
  vmo->unpin(kPage, 2 * kPage);
  EXPECT_EQ(status_of(vmo->set_size(kPage)), Status::Ok);
}

TEST_F(VmoTest, PinsCountAndCheckTheirRange) {
  auto vmo = make_vmo(2);
  EXPECT_EQ(status_of(vmo->pin(1, kPage)), Status::InvalidArgs);
  EXPECT_EQ(status_of(vmo->pin(kPage, 2 * kPage)), Status::OutOfRange);
  ASSERT_TRUE(vmo->pin(0, kPage));
  ASSERT_TRUE(vmo->pin(0, kPage));
  vmo->unpin(0, kPage);
  EXPECT_EQ(decommit(*vmo, 0, kPage), Status::BadState);
  vmo->unpin(0, kPage);
  EXPECT_EQ(decommit(*vmo, 0, kPage), Status::Ok);
}

TEST_F(VmoTest, ContiguousOnesAreZeroedAlignedAndInARow) {
  EXPECT_EQ(status_of(Vmo::create_contiguous(0, 0)), Status::InvalidArgs);
  EXPECT_EQ(status_of(Vmo::create_contiguous(kPage, 11)), Status::InvalidArgs);
  EXPECT_EQ(status_of(Vmo::create_contiguous(kPage, 64)), Status::InvalidArgs);
  EXPECT_EQ(status_of(Vmo::create_contiguous(uint64_t{1} << 40, 0)), Status::NoMemory);
  auto vmo = *Vmo::create_contiguous(5 * kPage, 16);
  const PhysAddr first = *vmo->physical_address(0);
  EXPECT_EQ(raw(first) % (1 << 16), 0u);
  for (uint64_t page = 0; page < 5; ++page) {
    EXPECT_EQ(*vmo->physical_address(page * kPage), first + page * kPage);
    EXPECT_EQ(peek(*vmo, page), 0);
  }
  EXPECT_EQ(zero(*vmo, 0, 5 * kPage), Status::Ok);
  EXPECT_EQ(*vmo->physical_address(kPage), first + kPage);
  const VmoInfo info = vmo->info();
  EXPECT_TRUE(info.contiguous);
  EXPECT_TRUE(info.paged);
  EXPECT_EQ(info.committed_bytes, 5 * kPage);
}

TEST_F(VmoTest, PhysicalOnesHaveNoContents) {
  EXPECT_EQ(status_of(Vmo::create_physical(PhysAddr{1}, kPage)), Status::InvalidArgs);
  EXPECT_EQ(status_of(Vmo::create_physical(PhysAddr{0}, 0)), Status::InvalidArgs);
  EXPECT_EQ(status_of(Vmo::create_physical(PhysAddr{~(kPage - 1)}, 2 * kPage)),
            Status::InvalidArgs);
  auto vmo = *Vmo::create_physical(PhysAddr{0x1'0000}, kPage + 1);
  EXPECT_EQ(vmo->size(), 2 * kPage);
  EXPECT_EQ(vmo->cache_policy(), hal::CachePolicy::Uncached);
  EXPECT_EQ(*vmo->physical_address(kPage), PhysAddr{0x1'1000});
  std::byte byte{};
  EXPECT_EQ(status_of(vmo->read(0, {&byte, 1})), Status::BadState);
  EXPECT_TRUE(vmo->set_cache_policy(hal::CachePolicy::Cached));
  EXPECT_EQ(status_of(vmo->read(0, {&byte, 1})), Status::NotSupported);
  EXPECT_FALSE(vmo->info().paged);
  EXPECT_EQ(vmo->info().committed_bytes, 0u);
}

TEST_F(VmoTest, CachePolicyChangesOnlyWhileNobodyCouldTell) {
  auto vmo = make_vmo(1);
  EXPECT_TRUE(vmo->set_cache_policy(hal::CachePolicy::WriteCombining));
  std::byte byte{};
  EXPECT_EQ(status_of(vmo->write(0, {&byte, 1})), Status::BadState);
  EXPECT_EQ(status_of(vmo->create_child(ChildKind::Slice, 0, kPage, Resizable::No)),
            Status::BadState);
  EXPECT_EQ(status_of(vmo->create_child(ChildKind::Snapshot, 0, kPage, Resizable::No)),
            Status::BadState);
  EXPECT_TRUE(vmo->set_cache_policy(hal::CachePolicy::Cached));
  poke(*vmo, 0, 1);
  EXPECT_EQ(status_of(vmo->set_cache_policy(hal::CachePolicy::Uncached)), Status::BadState);
  auto parent = make_vmo(1);
  auto child = *parent->create_child(ChildKind::Snapshot, 0, kPage, Resizable::No);
  EXPECT_EQ(status_of(parent->set_cache_policy(hal::CachePolicy::Uncached)), Status::BadState);
  EXPECT_EQ(status_of(child->set_cache_policy(hal::CachePolicy::Uncached)), Status::BadState);
  parent.reset();
  EXPECT_EQ(status_of(child->set_cache_policy(hal::CachePolicy::Uncached)), Status::BadState);
}

TEST_F(VmoTest, CacheOperationsCheckTheirRange) {
  auto vmo = make_vmo(2);
  poke(*vmo, 1, 1);
  EXPECT_EQ(sync(*vmo, 0, 0), Status::InvalidArgs);
  EXPECT_EQ(sync(*vmo, 3, 2 * kPage - 5), Status::Ok);
  EXPECT_EQ(sync(*vmo, 1, 2 * kPage), Status::OutOfRange);
  EXPECT_EQ(sync(*vmo, 1, ~uint64_t{0}), Status::OutOfRange);
}

TEST_F(VmoTest, NamesAreCut) {
  auto vmo = make_vmo(0);
  vmo->set_name("short");
  EXPECT_STREQ(vmo->name().data(), "short");
  vmo->set_name("a name with far more than thirty-one bytes");
  EXPECT_STREQ(vmo->name().data(), "a name with far more than thirt");
}

TEST_F(VmoTest, NoAllocationFailureLeaksOrTearsAnything) {
  const uint64_t failures = sim::for_each_allocation_failure([] {
    auto vmo = Vmo::create(40 * kPage, Resizable::Yes);
    if (!vmo) return;
    ByteRange all{0, 20 * kPage};
    while (all.size != 0 && (*vmo)->commit(all)) continue;
    auto child = (*vmo)->create_child(ChildKind::Snapshot, 3 * kPage, 20 * kPage, Resizable::No);
    if (!child) return;
    const std::byte byte{1};
    for (uint64_t page : {0u, 7u, 19u}) (void)(*child)->write(page * kPage, {&byte, 1});
    ByteRange part{2 * kPage + 5, 9 * kPage};
    while (part.size != 0 && (*child)->zero(part)) continue;
    (void)(*vmo)->pin(0, 4 * kPage).transform([&] { (*vmo)->unpin(0, 4 * kPage); });
    const Result<> shrunk = (*vmo)->set_size(kPage);
    EXPECT_EQ((*vmo)->size(), shrunk ? kPage : 40 * kPage);
    auto row = Vmo::create_contiguous(9 * kPage, 0);
    if (row) EXPECT_EQ((*row)->info().committed_bytes, 9 * kPage);
  });
  EXPECT_GT(failures, 12u);
}

}  // namespace
}  // namespace jacinth::vm
