// Slices and snapshots: what they see of each other, and who is charged for what.
#include "vm/testing.h"

namespace jacinth::vm {
namespace {

using VmoChildrenTest = VmTest;

RefPtr<Vmo> make_vmo(uint64_t pages, Resizable resizable = Resizable::No) {
  auto vmo = Vmo::create(pages * kPage, resizable);
  EXPECT_TRUE(vmo);
  return *vmo;
}
RefPtr<Vmo> snapshot(Vmo& parent, uint64_t first, uint64_t pages,
                     Resizable resizable = Resizable::No) {
  auto child = parent.create_child(ChildKind::Snapshot, first * kPage, pages * kPage, resizable);
  EXPECT_TRUE(child);
  return *child;
}
RefPtr<Vmo> slice(Vmo& parent, uint64_t first, uint64_t pages) {
  auto child = parent.create_child(ChildKind::Slice, first * kPage, pages * kPage, Resizable::No);
  EXPECT_TRUE(child);
  return *child;
}
Status child_status(Vmo& parent, ChildKind kind, uint64_t offset, uint64_t size,
                    Resizable resizable = Resizable::No) {
  return status_of(parent.create_child(kind, offset, size, resizable));
}

TEST_F(VmoChildrenTest, WritesOfParentAndSnapshotArePrivate) {
  auto parent = make_vmo(3);
  poke(*parent, 0, 1);
  poke(*parent, 1, 2);
  auto child = snapshot(*parent, 0, 3);
  poke(*parent, 0, 11);
  poke(*child, 1, 12);
  poke(*child, 2, 13);
  EXPECT_EQ(peek(*child, 0), 1);
  EXPECT_EQ(peek(*parent, 0), 11);
  EXPECT_EQ(peek(*parent, 1), 2);
  EXPECT_EQ(peek(*child, 1), 12);
  EXPECT_EQ(peek(*parent, 2), 0);
}

TEST_F(VmoChildrenTest, AtLeastOnWriteOfAnonymousMemoryIsASnapshot) {
  auto parent = make_vmo(1);
  poke(*parent, 0, 1);
  auto child = *parent->create_child(ChildKind::SnapshotAtLeastOnWrite, 0, kPage, Resizable::No);
  poke(*parent, 0, 2);
  EXPECT_EQ(peek(*child, 0), 1);
  EXPECT_TRUE(child->info().snapshot);
}

TEST_F(VmoChildrenTest, ASnapshotReadsZerosBeyondItsParentsEnd) {
  auto parent = make_vmo(2, Resizable::Yes);
  poke(*parent, 1, 1);
  auto child = snapshot(*parent, 1, 10);
  auto beyond = snapshot(*parent, 100, 2);
  EXPECT_EQ(peek(*child, 0), 1);
  EXPECT_EQ(peek(*child, 1), 0);
  EXPECT_EQ(peek(*beyond, 1), 0);
  // What comes there later is not for the child.
  ASSERT_TRUE(parent->set_size(8 * kPage));
  poke(*parent, 2, 5);
  EXPECT_EQ(peek(*child, 1), 0);
}

TEST_F(VmoChildrenTest, ResizingNeverShowsTheOthersData) {
  auto parent = make_vmo(4, Resizable::Yes);
  for (uint64_t page = 0; page < 4; ++page) poke(*parent, page, static_cast<uint8_t>(page + 1));
  auto child = snapshot(*parent, 0, 4, Resizable::Yes);
  ASSERT_TRUE(parent->set_size(0));
  ASSERT_TRUE(parent->set_size(4 * kPage));
  ASSERT_TRUE(child->set_size(2 * kPage));
  ASSERT_TRUE(child->set_size(4 * kPage));
  EXPECT_EQ(peek(*child, 1), 2);
  EXPECT_EQ(peek(*child, 2), 0);
  for (uint64_t page = 0; page < 4; ++page) EXPECT_EQ(peek(*parent, page), 0);
}

TEST_F(VmoChildrenTest, DataOutlivesTheParent) {
  auto parent = make_vmo(2);
  poke(*parent, 0, 42);
  auto child = snapshot(*parent, 0, 2);
  auto grandchild = snapshot(*child, 0, 2);
  parent.reset();
  EXPECT_EQ(peek(*child, 0), 42);
  child.reset();
  EXPECT_EQ(peek(*grandchild, 0), 42);
  EXPECT_EQ(committed_pages(*grandchild), 1u);
}

TEST_F(VmoChildrenTest, ErrorsOfSnapshots) {
  auto vmo = make_vmo(2);
  EXPECT_EQ(child_status(*vmo, ChildKind::Snapshot, 1, kPage), Status::InvalidArgs);
  EXPECT_EQ(child_status(*vmo, ChildKind::Snapshot, 0, ~uint64_t{0}), Status::OutOfRange);
  EXPECT_EQ(child_status(*vmo, ChildKind::Snapshot, Vmo::kMaxSize, 2 * kPage), Status::OutOfRange);
  EXPECT_EQ(child_status(**Vmo::create_contiguous(kPage, 0), ChildKind::Snapshot, 0, kPage),
            Status::InvalidArgs);
  EXPECT_EQ(child_status(**Vmo::create_physical(PhysAddr{0}, kPage), ChildKind::Snapshot, 0, kPage),
            Status::NotSupported);
  EXPECT_EQ(vmo->num_children(), 0u);
}

TEST_F(VmoChildrenTest, SlicesShareInBothDirections) {
  auto vmo = make_vmo(4);
  auto part = slice(*vmo, 1, 3);
  auto inner = slice(*part, 1, 1);
  poke(*vmo, 2, 5);
  EXPECT_EQ(peek(*part, 1), 5);
  EXPECT_EQ(peek(*inner, 0), 5);
  poke(*inner, 0, 6);
  EXPECT_EQ(peek(*vmo, 2), 6);
  EXPECT_EQ(peek(*inner, 1), -static_cast<int>(Status::OutOfRange));
  EXPECT_EQ(committed_pages(*vmo), 1u);
  EXPECT_EQ(committed_pages(*part), 0u);
  EXPECT_FALSE(part->info().snapshot);
}

TEST_F(VmoChildrenTest, ASliceKeepsItsPages) {
  auto vmo = make_vmo(2);
  poke(*vmo, 1, 9);
  auto part = slice(*vmo, 1, 1);
  vmo.reset();
  EXPECT_EQ(peek(*part, 0), 9);
}

TEST_F(VmoChildrenTest, ErrorsOfSlices) {
  auto vmo = make_vmo(2);
  EXPECT_EQ(child_status(*vmo, ChildKind::Slice, 1, kPage), Status::InvalidArgs);
  EXPECT_EQ(child_status(*vmo, ChildKind::Slice, kPage, 2 * kPage), Status::InvalidArgs);
  EXPECT_EQ(child_status(*vmo, ChildKind::Slice, 0, kPage, Resizable::Yes), Status::InvalidArgs);
  EXPECT_EQ(child_status(*vmo, ChildKind::Slice, 0, ~uint64_t{0}), Status::OutOfRange);
  EXPECT_EQ(child_status(*vmo, ChildKind::Slice, Vmo::kMaxSize, 2 * kPage), Status::OutOfRange);
  EXPECT_EQ(child_status(*make_vmo(2, Resizable::Yes), ChildKind::Slice, 0, kPage),
            Status::NotSupported);
  EXPECT_EQ(slice(*vmo, 2, 0)->size(), 0u);
}

TEST_F(VmoChildrenTest, ASnapshotOfASliceSeesTheSliceOnly) {
  auto vmo = make_vmo(4);
  for (uint64_t page = 0; page < 4; ++page) poke(*vmo, page, static_cast<uint8_t>(page + 1));
  auto part = slice(*vmo, 1, 2);
  auto child = snapshot(*part, 1, 3);
  EXPECT_EQ(peek(*child, 0), 3);
  EXPECT_EQ(peek(*child, 1), 0);
  poke(*vmo, 2, 30);
  EXPECT_EQ(peek(*child, 0), 3);
}

TEST_F(VmoChildrenTest, PhysicalSlicesShiftTheirBase) {
  auto vmo = *Vmo::create_physical(PhysAddr{0x10'0000}, 4 * kPage);
  auto part = slice(*vmo, 1, 2);
  EXPECT_EQ(*part->physical_address(kPage), PhysAddr{0x10'2000});
  EXPECT_EQ(part->cache_policy(), hal::CachePolicy::Uncached);
  EXPECT_FALSE(part->info().paged);
}

// --- The family tree
// ------------------------------------------------------------------------------

class CountingObserver final : public RefCounted, public VmoObserver {
 public:
  RefPtr<RefCounted> hold() override { return RefPtr<RefCounted>(this); }
  void on_children_changed() override { ++calls; }
  int calls = 0;
};

TEST_F(VmoChildrenTest, GrandchildrenAreAdopted) {
  auto parent = make_vmo(1);
  parent->set_koid(7);
  auto child = snapshot(*parent, 0, 1);
  child->set_koid(8);
  auto first = snapshot(*child, 0, 1);
  auto second = slice(*child, 0, 1);
  EXPECT_EQ(parent->num_children(), 1u);
  EXPECT_EQ(child->num_children(), 2u);
  EXPECT_EQ(first->info().parent_koid, 8u);
  first.reset();
  EXPECT_EQ(child->num_children(), 1u);
  second.reset();
  auto third = snapshot(*child, 0, 1);
  auto fourth = snapshot(*child, 0, 1);
  child.reset();
  EXPECT_EQ(parent->num_children(), 2u);
  EXPECT_EQ(third->info().parent_koid, 8u);
  parent.reset();
  EXPECT_EQ(third->num_children(), 0u);
}

TEST_F(VmoChildrenTest, TheObserverHearsOfTheFirstAndTheLastChild) {
  auto observer = *make_ref<CountingObserver>();
  auto parent = make_vmo(1);
  parent->set_observer(observer.get());
  auto child = snapshot(*parent, 0, 1);
  EXPECT_EQ(observer->calls, 1);
  auto other = slice(*parent, 0, 1);
  EXPECT_EQ(observer->calls, 1);
  auto grandchild = snapshot(*child, 0, 1);
  child.reset();
  other.reset();
  EXPECT_EQ(observer->calls, 1);
  EXPECT_EQ(parent->num_children(), 1u);
  grandchild.reset();
  EXPECT_EQ(observer->calls, 2);
  parent->set_observer(nullptr);
  child = snapshot(*parent, 0, 1);
  EXPECT_EQ(observer->calls, 2);
}

// --- Charges
// --------------------------------------------------------------------------------------

TEST_F(VmoChildrenTest, ASharedPageIsChargedToTheParentUntilItForks) {
  auto parent = make_vmo(2);
  poke(*parent, 0, 1);
  poke(*parent, 1, 1);
  auto child = snapshot(*parent, 0, 2);
  EXPECT_EQ(committed_pages(*parent), 2u);
  EXPECT_EQ(committed_pages(*child), 0u);
  poke(*child, 0, 2);
  EXPECT_EQ(committed_pages(*parent), 2u);
  EXPECT_EQ(committed_pages(*child), 1u);
  poke(*parent, 1, 2);
  EXPECT_EQ(committed_pages(*parent), 2u);
  EXPECT_EQ(committed_pages(*child), 2u);
}

TEST_F(VmoChildrenTest, EveryFrameIsChargedToExactlyOneWhoeverDies) {
  auto parent = make_vmo(8);
  for (uint64_t page = 0; page < 8; ++page) poke(*parent, page, 1);
  std::vector<RefPtr<Vmo>> children;
  for (int i = 0; i < 4; ++i) children.push_back(snapshot(*parent, 0, 8));
  poke(*children[0], 3, 2);
  auto sum = [&] {
    uint64_t pages = parent ? committed_pages(*parent) : 0;
    for (auto& child : children) pages += child ? committed_pages(*child) : 0;
    return pages;
  };
  EXPECT_EQ(sum(), 9u);
  parent.reset();
  EXPECT_EQ(sum(), 9u);
  children[1].reset();
  EXPECT_EQ(sum(), frames().counts().of(FrameUse::Vmo));
  children[0].reset();
  EXPECT_EQ(sum(), 8u);
  EXPECT_EQ(frames().counts().of(FrameUse::Vmo), 8u);
}

TEST_F(VmoChildrenTest, ResizingAwayGivesTheChargeToTheChild) {
  auto parent = make_vmo(100, Resizable::Yes);
  for (uint64_t page = 0; page < 100; ++page) poke(*parent, page, 1);
  auto child = snapshot(*parent, 0, 100);
  ASSERT_TRUE(parent->set_size(0));
  EXPECT_EQ(committed_pages(*parent), 0u);
  EXPECT_EQ(committed_pages(*child), 100u);
}

TEST_F(VmoChildrenTest, CommittingASnapshotForksWhatItShares) {
  auto parent = make_vmo(4);
  poke(*parent, 1, 1);
  auto child = snapshot(*parent, 0, 4);
  ByteRange all{0, 4 * kPage};
  ASSERT_TRUE(child->commit(all));
  EXPECT_EQ(all.size, 0u);
  EXPECT_EQ(committed_pages(*child), 4u);
  EXPECT_EQ(committed_pages(*parent), 1u);
  EXPECT_EQ(peek(*child, 1), 1);
}

// --- Large families
// -------------------------------------------------------------------------------

TEST_F(VmoChildrenTest, ADeepChainCostsNoMoreThanItsMembers) {
  std::vector<RefPtr<Vmo>> chain{make_vmo(4)};
  poke(*chain[0], 0, 1);
  for (int depth = 1; depth <= 1000; ++depth) {
    chain.push_back(snapshot(*chain.back(), 0, 4));
    poke(*chain.back(), 1, static_cast<uint8_t>(depth));
  }
  EXPECT_EQ(frames().counts().of(FrameUse::Vmo), 1001u);
  EXPECT_EQ(peek(*chain[1000], 0), 1);
  EXPECT_EQ(peek(*chain[999], 1), static_cast<uint8_t>(999));
  // All but the last die, from the middle outward.
  for (size_t i = 500; i-- > 0;) chain[i].reset();
  for (size_t i = 500; i < 1000; ++i) chain[i].reset();
  EXPECT_EQ(frames().counts().of(FrameUse::Vmo), 2u);
  EXPECT_EQ(committed_pages(*chain[1000]), 2u);
}

TEST_F(VmoChildrenTest, AWideFamilySharesOneFrame) {
  auto parent = make_vmo(1);
  poke(*parent, 0, 1);
  std::vector<RefPtr<Vmo>> children;
  for (int i = 0; i < 10'000; ++i) children.push_back(snapshot(*parent, 0, 1));
  EXPECT_EQ(parent->num_children(), 10'000u);
  EXPECT_EQ(frames().counts().of(FrameUse::Vmo), 1u);
  parent.reset();
  uint64_t charged = 0;
  for (auto& child : children) charged += committed_pages(*child);
  EXPECT_EQ(charged, 1u);
}

}  // namespace
}  // namespace jacinth::vm
