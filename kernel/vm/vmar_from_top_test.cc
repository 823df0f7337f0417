// What memory maps of Linux programs need: placing from the top, growing a mapping, listing
// mappings.
#include "vm/testing.h"
#include "vm/vmar.h"

namespace jacinth::vm {
namespace {

using hal::Access;
using Kind = Placement::Kind;

constexpr Access kRW = Access::Read | Access::Write;

class VmarFromTopTest : public VmTest {
 protected:
  VmarFromTopTest() : root_(space_->root()), vmo_(*Vmo::create(64 * kPage)) {
    region_ = *root_->allocate({}, 16 * kPage, {.can_map = kRW, .can_map_specific = true});
  }

  uint64_t page_of(VirtAddr at) const { return (at - region_->base()) / kPage; }
  Result<VirtAddr> map(Kind kind, uint64_t page, uint64_t pages, MappingNote note = {}) {
    return region_->map({.kind = kind, .offset = page * kPage}, vmo_, 0, pages * kPage,
                        {.access = kRW, .max_access = kRW, .note = std::move(note)});
  }

  TestSpace space_;
  RefPtr<Vmar> root_;
  RefPtr<Vmar> region_;
  RefPtr<Vmo> vmo_;
};

TEST_F(VmarFromTopTest, PlacesAsHighAsItFits) {
  EXPECT_EQ(page_of(*map(Kind::Highest, 16, 2)), 14u);
  EXPECT_EQ(page_of(*map(Kind::Highest, 16, 3)), 11u);
  EXPECT_EQ(page_of(*map(Kind::Highest, 8, 1)), 7u);
  EXPECT_EQ(page_of(*map(Kind::Highest, 16, 3)), 8u);
  EXPECT_EQ(page_of(*map(Kind::Highest, 16, 7)), 0u);
  EXPECT_EQ(map(Kind::Highest, 16, 1), fail(Status::NoMemory));
}

TEST_F(VmarFromTopTest, AMappingGrowsIntoFreeRoom) {
  const VirtAddr base = *map(Kind::Specific, 2, 2);
  ASSERT_TRUE(region_->extend(base + 2 * kPage, 3 * kPage));
  const auto grown = space_->mapping_of(base + 4 * kPage);
  ASSERT_TRUE(grown);
  EXPECT_EQ(grown->base, base);
  EXPECT_EQ(grown->size, 5 * kPage);
  EXPECT_EQ(region_->extend(base + kPage, kPage), fail(Status::NotFound));
  EXPECT_EQ(region_->extend(base + 10 * kPage, kPage), fail(Status::NotFound));
  ASSERT_TRUE(map(Kind::Specific, 8, 1));
  EXPECT_EQ(region_->extend(base + 5 * kPage, 2 * kPage), fail(Status::NoMemory));
  EXPECT_TRUE(region_->extend(base + 5 * kPage, kPage));
  EXPECT_EQ(region_->extend(base + 14 * kPage, kPage), fail(Status::InvalidArgs));
}

TEST_F(VmarFromTopTest, AMappingGrowsDownwards) {
  const VirtAddr base = *region_->map({.kind = Kind::Specific, .offset = 8 * kPage}, vmo_,
                                      4 * kPage, 2 * kPage, {.access = kRW, .max_access = kRW});
  ASSERT_TRUE(region_->extend_down(base, 3 * kPage));
  const auto grown = space_->mapping_from(base + -10 * kPage);
  ASSERT_TRUE(grown);
  EXPECT_EQ(page_of(grown->base), 5u);
  EXPECT_EQ(grown->size, 5 * kPage);
  EXPECT_EQ(grown->vmo_offset, kPage);
  const VirtAddr now = grown->base;
  EXPECT_EQ(region_->extend_down(base, kPage), fail(Status::NotFound));
  EXPECT_EQ(region_->extend_down(now, 2 * kPage), fail(Status::OutOfRange));
  ASSERT_TRUE(map(Kind::Specific, 4, 1));
  EXPECT_EQ(region_->extend_down(now, kPage), fail(Status::NoMemory));
  EXPECT_EQ(region_->extend_down(region_->base(), kPage), fail(Status::InvalidArgs));
}

TEST_F(VmarFromTopTest, WhatIsMissingIsAskedFor) {
  struct Stack final : Grower {
    bool grow_to(VirtAddr at) override {
      ++asked;
      return at == wanted && region->extend_down(wanted + kPage, kPage).has_value();
    }
    RefPtr<Vmar> region;
    VirtAddr wanted{};
    int asked = 0;
  } stack;
  const VirtAddr base = *region_->map({.kind = Kind::Specific, .offset = 8 * kPage}, vmo_,
                                      4 * kPage, 2 * kPage, {.access = kRW, .max_access = kRW});
  stack.region = region_;
  stack.wanted = base + -kPage;
  space_->set_grower(&stack);
  EXPECT_TRUE(space_->handle_fault(base, Access::Write));
  EXPECT_EQ(stack.asked, 0);
  EXPECT_TRUE(space_->handle_fault(stack.wanted, Access::Write));
  EXPECT_EQ(space_->handle_fault(stack.wanted + -kPage, Access::Write), fail(Status::NotFound));
  EXPECT_EQ(stack.asked, 2);
  space_->set_grower(nullptr);
}

TEST_F(VmarFromTopTest, NotesSurviveSplits) {
  const VirtAddr base = *map(Kind::Specific, 1, 6, {.tag = 42, .source = nullptr});
  ASSERT_TRUE(region_->unmap(base + 2 * kPage, 2 * kPage));
  const auto found = space_->mappings(region_->base(), region_->base() + 16 * kPage);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 2u);
  for (const MappingInfo& mapping : *found) EXPECT_EQ(mapping.note.tag, 42u);
  EXPECT_EQ((*found)[1].vmo_offset, 4 * kPage);
}

TEST_F(VmarFromTopTest, ListsMappingsThatTouchTheRange) {
  const VirtAddr first = *map(Kind::Specific, 1, 4);
  const VirtAddr second = *map(Kind::Specific, 8, 4);
  const auto both = space_->mappings(first + 3 * kPage, second + kPage);
  ASSERT_TRUE(both);
  ASSERT_EQ(both->size(), 2u);
  EXPECT_EQ((*both)[0].base, first);
  EXPECT_EQ((*both)[1].base, second);
  EXPECT_EQ(space_->mappings(first + 4 * kPage, second)->size(), 0u);
  EXPECT_EQ(space_->mapping_of(first + 4 * kPage).error(), Status::NotFound);
}

}  // namespace
}  // namespace jacinth::vm
