// Allocating, mapping, unmapping, protecting and destroying: each rule and each error.
#include "vm/vmar.h"

#include <set>

#include "vm/testing.h"

namespace jacinth::vm {
namespace {

using hal::Access;
using Kind = Placement::Kind;

constexpr Access kR = Access::Read;
constexpr Access kRW = Access::Read | Access::Write;
constexpr Access kRX = Access::Read | Access::Execute;
constexpr Access kAll = Access::Read | Access::Write | Access::Execute;
constexpr VmarOptions kAnything{.can_map = kAll, .can_map_specific = true};

class VmarTest : public VmTest {
 protected:
  VmarTest() : root_(space_->root()), vmo_(*Vmo::create(64 * kPage)) {}

  // A VMAR of its own, so that offsets are known.
  RefPtr<Vmar> vmar(uint64_t pages, const VmarOptions& options = kAnything) {
    auto made = root_->allocate({}, pages * kPage, options);
    EXPECT_TRUE(made);
    return *made;
  }
  Result<VirtAddr> map(Vmar& vmar, const Placement& where, uint64_t pages, Access access = kRW,
                       Access most = kAll) {
    return vmar.map(where, vmo_, 0, pages * kPage, {.access = access, .max_access = most});
  }
  static Placement at(uint64_t page) { return {.kind = Kind::Specific, .offset = page * kPage}; }
  static Placement over(uint64_t page) { return {.kind = Kind::Overwrite, .offset = page * kPage}; }

  // The layout of `vmar` a page a letter: '.' free, 'v' VMAR, else access of a mapping.
  std::string layout(Vmar& vmar) {
    std::string pages(vmar.size() / kPage, '.');
    AddressSpace::Cursor cursor{vmar.base(), 0};
    std::vector<RegionInfo> found(100);
    const size_t count = *space_->regions(cursor, found);
    for (size_t i = 0; i < count; ++i) {
      const RegionInfo& region = found[i];
      if (region.base < vmar.base() || raw(region.base) >= vmar.end()) continue;
      if (region.size == vmar.size() && region.kind == RegionInfo::Kind::Vmar) continue;
      const bool write = hal::includes(region.access, Access::Write);
      const char letter = region.kind == RegionInfo::Kind::Vmar ? 'v' : write ? 'w' : 'r';
      for (uint64_t page = 0; page < region.size / kPage; ++page)
        pages[(region.base - vmar.base()) / kPage + page] = letter;
    }
    return pages;
  }

  TestSpace space_;
  RefPtr<Vmar> root_;
  RefPtr<Vmo> vmo_;
};

TEST_F(VmarTest, AllocateChecksItsSize) {
  EXPECT_EQ(status_of(root_->allocate({}, 0, kAnything)), Status::InvalidArgs);
  EXPECT_EQ(status_of(root_->allocate({}, kPage + 1, kAnything)), Status::InvalidArgs);
  EXPECT_EQ(status_of(root_->allocate({}, ~(kPage - 1), kAnything)), Status::InvalidArgs);
  auto parent = vmar(4);
  EXPECT_EQ(status_of(parent->allocate({}, 5 * kPage, kAnything)), Status::InvalidArgs);
  EXPECT_TRUE(parent->allocate({}, 4 * kPage, kAnything));
  EXPECT_EQ(status_of(parent->allocate({}, kPage, kAnything)), Status::NoMemory);
}

TEST_F(VmarTest, AllocateGivesNoMoreThanTheParentMay) {
  auto parent = vmar(8, {.can_map = kR});
  EXPECT_EQ(status_of(parent->allocate({}, kPage, {.can_map = kRW})), Status::AccessDenied);
  EXPECT_EQ(status_of(parent->allocate({}, kPage, {.can_map = kR, .can_map_specific = true})),
            Status::AccessDenied);
  EXPECT_EQ(status_of(parent->allocate(at(0), kPage, {.can_map = kR})), Status::AccessDenied);
  EXPECT_EQ(status_of(map(*parent, {}, 1, kRW)), Status::AccessDenied);
  EXPECT_TRUE(map(*parent, {}, 1, kR));
}

TEST_F(VmarTest, PlacesAreCheckedInOrder) {
  auto parent = vmar(8);
  EXPECT_EQ(status_of(map(*parent, {.offset = kPage}, 1)), Status::InvalidArgs);
  EXPECT_EQ(status_of(map(*parent, at(8), 1)), Status::InvalidArgs);
  EXPECT_EQ(status_of(map(*parent, at(7), 2)), Status::InvalidArgs);
  EXPECT_EQ(status_of(map(*parent, {.kind = Kind::Specific, .offset = 17}, 1)),
            Status::InvalidArgs);
  EXPECT_EQ(status_of(map(*parent, {.kind = Kind::Specific, .offset = ~(kPage - 1)}, 1)),
            Status::InvalidArgs);
  ASSERT_TRUE(map(*parent, at(2), 2));
  EXPECT_EQ(status_of(map(*parent, at(3), 2)), Status::NoMemory);
  EXPECT_EQ(status_of(map(*parent, at(1), 2)), Status::NoMemory);
  EXPECT_TRUE(map(*parent, at(4), 1));
  EXPECT_EQ(layout(*parent), "..www...");
}

TEST_F(VmarTest, AlignmentsAreKept) {
  for (uint8_t log2 : {1, 9, 33, 63, 255})
    EXPECT_EQ(status_of(map(*root_, {.align_log2 = log2}, 1)), Status::InvalidArgs) << int{log2};
  for (uint8_t log2 : {10, 12, 16, 21, 30, 32}) {
    const auto base = map(*root_, {.align_log2 = log2}, 1);
    ASSERT_TRUE(base) << int{log2};
    EXPECT_EQ(raw(*base) % (uint64_t{1} << log2), 0u);
  }
  // Nothing can be aligned so in something so small.
  EXPECT_EQ(status_of(map(*vmar(4), {.align_log2 = 32}, 4)), Status::InvalidArgs);
  auto big = *root_->allocate({.align_log2 = 21}, 4 << 20, kAnything);
  EXPECT_EQ(status_of(map(*big, {.kind = Kind::Specific, .offset = kPage, .align_log2 = 21}, 1)),
            Status::InvalidArgs);
}

TEST_F(VmarTest, MapChecksItsArguments) {
  const auto status = [&](uint64_t offset, uint64_t size, const MapOptions& options) {
    return status_of(root_->map({}, vmo_, offset, size, options));
  };
  const MapOptions read{.access = kR, .max_access = kAll};
  EXPECT_EQ(status(0, 0, read), Status::InvalidArgs);
  EXPECT_EQ(status(1, kPage, read), Status::InvalidArgs);
  EXPECT_EQ(status(0, ~uint64_t{0}, read), Status::InvalidArgs);
  EXPECT_EQ(status(~(kPage - 1), kPage, read), Status::InvalidArgs);
  EXPECT_EQ(status(~(2 * kPage - 1), kPage, read), Status::Ok);
  EXPECT_EQ(status(0, 1, read), Status::Ok);
  EXPECT_EQ(status(0, kPage, {.access = Access::Write, .max_access = kAll}), Status::InvalidArgs);
  EXPECT_EQ(status(0, kPage, {.access = Access::Execute, .max_access = kAll}), Status::InvalidArgs);
  EXPECT_EQ(status(0, kPage, {.access = kRW, .max_access = kR}), Status::AccessDenied);
  EXPECT_EQ(status(0, kPage, {.max_access = kR}), Status::Ok);
  auto resizable = *Vmo::create(kPage, Resizable::Yes);
  EXPECT_EQ(status_of(root_->map({}, resizable, 0, kPage,
                                 {.access = kR, .max_access = kR, .require_non_resizable = true})),
            Status::NotSupported);
  EXPECT_EQ(status_of(vmar(4)->map({.kind = Kind::Overwrite}, vmo_, 0, kPage,
                                   {.access = kR, .max_access = kR, .populate = true})),
            Status::InvalidArgs);
}

TEST_F(VmarTest, OverwriteReplacesWholeMappingsAndParts) {
  auto parent = vmar(10);
  ASSERT_TRUE(map(*parent, at(0), 3));
  ASSERT_TRUE(map(*parent, at(4), 2));
  ASSERT_TRUE(map(*parent, over(2), 5, kR));
  EXPECT_EQ(layout(*parent), "wwrrrrr...");
  ASSERT_TRUE(map(*parent, over(3), 1, kRW));
  EXPECT_EQ(layout(*parent), "wwrwrrr...");
  ASSERT_TRUE(parent->allocate(at(8), kPage, kAnything));
  EXPECT_EQ(status_of(map(*parent, over(7), 2)), Status::InvalidArgs);
  EXPECT_EQ(status_of(map(*parent, over(8), 1)), Status::InvalidArgs);
  EXPECT_EQ(layout(*parent), "wwrwrrr.v.");
}

TEST_F(VmarTest, UnmapSplitsAndSkipsHoles) {
  auto parent = vmar(12);
  ASSERT_TRUE(map(*parent, at(1), 6));
  ASSERT_TRUE(map(*parent, at(8), 3));
  EXPECT_TRUE(parent->unmap(parent->base() + 3 * kPage, kPage));
  EXPECT_EQ(layout(*parent), ".ww.www.www.");
  EXPECT_TRUE(parent->unmap(parent->base() + 5 * kPage, 4 * kPage + 1));
  EXPECT_EQ(layout(*parent), ".ww.w.....w.");
  EXPECT_TRUE(parent->unmap(parent->base(), 12 * kPage));
  EXPECT_EQ(layout(*parent), "............");
  EXPECT_EQ(vmo_->info().num_mappings, 0u);
}

TEST_F(VmarTest, UnmapChecksBeforeItChangesAnything) {
  auto parent = vmar(8);
  ASSERT_TRUE(map(*parent, at(0), 2));
  auto child = *parent->allocate(at(4), 2 * kPage, kAnything);
  const VirtAddr base = parent->base();
  EXPECT_EQ(status_of(parent->unmap(base + 1, kPage)), Status::InvalidArgs);
  EXPECT_EQ(status_of(parent->unmap(base, 0)), Status::InvalidArgs);
  EXPECT_EQ(status_of(parent->unmap(base, ~uint64_t{0})), Status::InvalidArgs);
  EXPECT_EQ(status_of(parent->unmap(base, 9 * kPage)), Status::InvalidArgs);
  EXPECT_EQ(status_of(parent->unmap(base + 8 * kPage, kPage)), Status::InvalidArgs);
  EXPECT_EQ(status_of(parent->unmap(base, 5 * kPage)), Status::InvalidArgs);
  EXPECT_EQ(status_of(parent->unmap(base + 5 * kPage, kPage)), Status::InvalidArgs);
  EXPECT_EQ(layout(*parent), "ww..vv..");
  EXPECT_FALSE(child->destroyed());
  EXPECT_TRUE(parent->unmap(base + kPage, 6 * kPage));
  EXPECT_EQ(layout(*parent), "w.......");
  EXPECT_TRUE(child->destroyed());
}

TEST_F(VmarTest, ProtectSplitsAndChecksBeforeItChangesAnything) {
  auto parent = vmar(10);
  ASSERT_TRUE(map(*parent, at(0), 5));
  ASSERT_TRUE(map(*parent, at(5), 2, kR, kR));
  ASSERT_TRUE(parent->allocate(at(8), kPage, kAnything));
  const auto protect = [&](uint64_t page, uint64_t pages, Access access) {
    return status_of(parent->protect(parent->base() + page * kPage, pages * kPage, access));
  };
  EXPECT_EQ(protect(1, 3, kR), Status::Ok);
  EXPECT_EQ(layout(*parent), "wrrrwrr.v.");
  EXPECT_EQ(protect(2, 1, kRW), Status::Ok);
  EXPECT_EQ(layout(*parent), "wrwrwrr.v.");
  EXPECT_EQ(protect(0, 7, kRW), Status::AccessDenied);
  EXPECT_EQ(protect(0, 8, kR), Status::NotFound);
  EXPECT_EQ(protect(7, 1, kR), Status::NotFound);
  EXPECT_EQ(protect(8, 1, kR), Status::InvalidArgs);
  EXPECT_EQ(protect(0, 1, Access::Write), Status::InvalidArgs);
  EXPECT_EQ(protect(0, 0, kR), Status::InvalidArgs);
  EXPECT_EQ(protect(0, 11, kR), Status::InvalidArgs);
  EXPECT_EQ(status_of(parent->protect(parent->base() + 1, kPage, kR)), Status::InvalidArgs);
  EXPECT_EQ(layout(*parent), "wrwrwrr.v.");
  EXPECT_EQ(protect(0, 7, Access::None), Status::Ok);
  EXPECT_EQ(protect(0, 5, kRX), Status::Ok);
}

TEST_F(VmarTest, DestroyTakesAllBelowAndGivesTheRangeBack) {
  auto parent = vmar(8);
  auto child = *parent->allocate(at(2), 4 * kPage, kAnything);
  auto grandchild = *child->allocate(at(1), 2 * kPage, kAnything);
  ASSERT_TRUE(map(*grandchild, {}, 1));
  EXPECT_TRUE(child->destroy());
  EXPECT_EQ(status_of(child->destroy()), Status::BadState);
  EXPECT_TRUE(grandchild->destroyed());
  EXPECT_EQ(status_of(grandchild->unmap(grandchild->base(), kPage)), Status::BadState);
  EXPECT_EQ(status_of(grandchild->protect(grandchild->base(), kPage, kR)), Status::BadState);
  EXPECT_EQ(status_of(map(*grandchild, {}, 1)), Status::BadState);
  EXPECT_EQ(status_of(child->allocate({}, kPage, kAnything)), Status::BadState);
  EXPECT_EQ(vmo_->info().num_mappings, 0u);
  EXPECT_TRUE(map(*parent, at(2), 4));
}

TEST_F(VmarTest, ImmutableMappingsStay) {
  auto parent = vmar(8);
  auto child = *parent->allocate(at(2), 4 * kPage, kAnything);
  ASSERT_TRUE(
      child->map(at(1), vmo_, 0, kPage, {.access = kRX, .max_access = kRX, .immutable = true}));
  ASSERT_TRUE(map(*child, at(2), 1));
  const VirtAddr code = child->base() + kPage;
  EXPECT_EQ(status_of(child->unmap(code, 2 * kPage)), Status::AccessDenied);
  EXPECT_EQ(status_of(child->protect(code, kPage, kR)), Status::AccessDenied);
  EXPECT_EQ(status_of(map(*child, over(1), 1)), Status::AccessDenied);
  EXPECT_EQ(status_of(child->destroy()), Status::AccessDenied);
  EXPECT_EQ(status_of(parent->destroy()), Status::AccessDenied);
  EXPECT_EQ(status_of(root_->destroy()), Status::AccessDenied);
  EXPECT_EQ(status_of(parent->unmap(parent->base(), 8 * kPage)), Status::AccessDenied);
  const std::byte byte{1};
  EXPECT_EQ(status_of(space_->write_memory(code, {&byte, 1})), Status::AccessDenied);
  EXPECT_EQ(layout(*child), ".rw.");
}

TEST_F(VmarTest, NestingHasNoLimit) {
  std::vector<RefPtr<Vmar>> nest{vmar(4)};
  for (int depth = 0; depth < 20'000; ++depth)
    nest.push_back(*nest.back()->allocate(at(0), 4 * kPage, kAnything));
  ASSERT_TRUE(map(*nest.back(), at(1), 1));
  EXPECT_TRUE(space_->handle_fault(nest[0]->base() + kPage, kR));
  std::vector<RegionInfo> found(300);
  AddressSpace::Cursor cursor;
  size_t total = 0;
  while (const size_t count = *space_->regions(cursor, found)) total += count;
  EXPECT_EQ(total, 20'003u);
  EXPECT_TRUE(nest[0]->destroy());
  EXPECT_TRUE(nest.back()->destroyed());
}

TEST_F(VmarTest, EveryFreePlaceIsFound) {
  auto parent = vmar(32);
  std::set<uint64_t> bases;
  for (int i = 0; i < 32; ++i) {
    const auto base = map(*parent, {}, 1);
    ASSERT_TRUE(base) << i;
    EXPECT_TRUE(bases.insert(raw(*base)).second);
  }
  EXPECT_EQ(status_of(map(*parent, {}, 1)), Status::NoMemory);
  EXPECT_TRUE(parent->unmap(parent->base() + 17 * kPage, 2 * kPage));
  EXPECT_EQ(*map(*parent, {}, 2), parent->base() + 17 * kPage);
}

TEST_F(VmarTest, PlacesAreRandomButCompactOnesTheLowest) {
  std::set<uint64_t> random;
  for (int i = 0; i < 8; ++i) random.insert(raw(*map(*root_, {}, 1)) >> 30);
  EXPECT_GT(random.size(), 6u);
  auto compact = vmar(100, {.can_map = kAll, .can_map_specific = true, .compact = true});
  EXPECT_EQ(*map(*compact, {}, 3), compact->base());
  EXPECT_EQ(*map(*compact, {}, 1), compact->base() + 3 * kPage);
  ASSERT_TRUE(compact->unmap(compact->base() + kPage, kPage));
  EXPECT_EQ(*map(*compact, {}, 2), compact->base() + 4 * kPage);
  EXPECT_EQ(*map(*compact, {}, 1), compact->base() + kPage);
}

TEST_F(VmarTest, AnUpperLimitIsKept) {
  auto parent = vmar(64);
  const Placement low{.kind = Kind::UpperLimit, .offset = 8 * kPage};
  for (int i = 0; i < 4; ++i) {
    const auto base = map(*parent, low, 2);
    ASSERT_TRUE(base);
    EXPECT_LE(*base + 2 * kPage, parent->base() + 8 * kPage);
    ASSERT_TRUE(parent->unmap(*base, 2 * kPage));
  }
  EXPECT_EQ(status_of(map(*parent, low, 9)), Status::NoMemory);
  EXPECT_EQ(status_of(map(*parent, {.kind = Kind::UpperLimit, .offset = 65 * kPage}, 1)),
            Status::InvalidArgs);
}

TEST_F(VmarTest, RegionsAreListedDepthFirstWhereverOneStarts) {
  auto parent = vmar(8);
  auto child = *parent->allocate(at(0), 4 * kPage, kAnything);
  ASSERT_TRUE(map(*child, at(0), 1));
  ASSERT_TRUE(map(*child, at(3), 1));
  ASSERT_TRUE(map(*parent, at(6), 1, kR));
  std::vector<RegionInfo> all(20);
  AddressSpace::Cursor cursor;
  ASSERT_EQ(*space_->regions(cursor, all), 6u);
  const uint32_t depths[] = {0, 1, 2, 3, 3, 2};
  for (size_t i = 0; i < 6; ++i) EXPECT_EQ(all[i].depth, depths[i]) << i;
  EXPECT_EQ(all[5].base, parent->base() + 6 * kPage);
  EXPECT_EQ(all[5].vmo.get(), vmo_.get());
  // One at a time gives the same.
  AddressSpace::Cursor slow;
  std::vector<RegionInfo> one(1);
  for (size_t i = 0; i < 6; ++i) {
    ASSERT_EQ(*space_->regions(slow, one), 1u);
    EXPECT_EQ(one[0].base, all[i].base);
    EXPECT_EQ(one[0].depth, all[i].depth);
  }
  EXPECT_EQ(*space_->regions(slow, one), 0u);
}

TEST_F(VmarTest, ADestroyedSpaceRefusesEverything) {
  ASSERT_TRUE(map(*root_, {}, 1));
  space_->destroy();
  EXPECT_FALSE(space_->root());
  EXPECT_TRUE(root_->destroyed());
  EXPECT_EQ(status_of(map(*root_, {}, 1)), Status::BadState);
  EXPECT_EQ(status_of(space_->handle_fault(root_->base(), kR)), Status::BadState);
  EXPECT_EQ(status_of(space_->stats()), Status::BadState);
  AddressSpace::Cursor cursor;
  EXPECT_EQ(status_of(space_->regions(cursor, {})), Status::BadState);
}

TEST_F(VmarTest, NoAllocationFailureLeaksOrTearsAnything) {
  auto parent = vmar(16);
  const uint64_t failures = sim::for_each_allocation_failure([&] {
    ASSERT_TRUE(parent->unmap(parent->base(), 16 * kPage));
    auto mapped = map(*parent, at(0), 8);
    EXPECT_EQ(layout(*parent), mapped ? "wwwwwwww........" : "................");
    if (!mapped) return;
    const auto hole = parent->unmap(*mapped + 2 * kPage, kPage);
    EXPECT_EQ(layout(*parent), hole ? "ww.wwwww........" : "wwwwwwww........");
    if (!hole) return;
    const auto narrowed = parent->protect(*mapped + 4 * kPage, 2 * kPage, kR);
    EXPECT_EQ(layout(*parent), narrowed ? "ww.wrrww........" : "ww.wwwww........");
    if (!narrowed) return;
    const auto replaced = map(*parent, over(7), 3, kR);
    EXPECT_EQ(layout(*parent), replaced ? "ww.wrrwrrr......" : "ww.wrrww........");
    const auto child = parent->allocate(at(12), 2 * kPage, kAnything);
    if (child) EXPECT_TRUE((*child)->destroy());
    const Result<RefPtr<AddressSpace>> other = AddressSpace::create();
    if (other) (*other)->destroy();
  });
  EXPECT_GE(failures, 8u);
}

}  // namespace
}  // namespace jacinth::vm
