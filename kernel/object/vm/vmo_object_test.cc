#include "object/vm/vmo_object.h"

#include <gtest/gtest.h>

#include "object/vm/vmar_object.h"
#include "vm/testing.h"

namespace jacinth {
namespace {

using vm::ChildKind;
using vm::Resizable;

class VmoObjectTest : public vm::VmTest {
 protected:
  static RefPtr<VmoObject> make(uint64_t pages = 4) {
    return *VmoObject::create(*vm::Vmo::create(pages * kPageSize));
  }
};

TEST_F(VmoObjectTest, SignalFollowsItsChildren) {
  const auto parent = make();
  EXPECT_EQ(parent->signals(), signals::kVmoZeroChildren);
  auto snapshot = *parent->create_child(ChildKind::Snapshot, 0, kPageSize, Resizable::No);
  EXPECT_EQ(parent->signals(), 0u);
  auto slice = *parent->create_child(ChildKind::Slice, 0, kPageSize, Resizable::No);
  snapshot = nullptr;
  EXPECT_EQ(parent->signals(), 0u);
  slice = nullptr;
  EXPECT_EQ(parent->signals(), signals::kVmoZeroChildren);
}

TEST_F(VmoObjectTest, ChildKeptByAMappingAloneCounts) {
  vm::TestSpace space;
  const auto parent = make();
  {
    const auto child = *parent->create_child(ChildKind::Snapshot, 0, kPageSize, Resizable::No);
    ASSERT_TRUE(space->root()->map({}, child->vmo(), 0, kPageSize, {}));
  }
  EXPECT_EQ(parent->signals(), 0u);
  EXPECT_EQ(parent->vmo()->num_children(), 1u);
  space->destroy();
  EXPECT_EQ(parent->signals(), signals::kVmoZeroChildren);
}

TEST_F(VmoObjectTest, ParentMayGoFirst) {
  auto parent = make();
  const Koid koid = parent->koid();
  const auto child = *parent->create_child(ChildKind::Snapshot, 0, kPageSize, Resizable::No);
  parent = nullptr;
  EXPECT_EQ(child->vmo()->info().parent_koid, koid);
  EXPECT_EQ(child->signals(), signals::kVmoZeroChildren);
}

TEST_F(VmoObjectTest, NameAndKoidReachTheMemory) {
  const auto vmo = make();
  ASSERT_TRUE(vmo->set_name("a name that is longer than thirty-one bytes"));
  EXPECT_EQ(name_view(vmo->name()), "a name that is longer than thir");
  EXPECT_EQ(vmo->vmo()->info().koid, vmo->koid());
}

TEST_F(VmoObjectTest, ChildErrorsPassThrough) {
  const auto vmo = make();
  EXPECT_EQ(vmo->create_child(ChildKind::Slice, 0, kPageSize, Resizable::Yes).error(),
            Status::InvalidArgs);
  EXPECT_EQ(vmo->create_child(ChildKind::Snapshot, 1, kPageSize, Resizable::No).error(),
            Status::InvalidArgs);
  EXPECT_EQ(vmo->signals(), signals::kVmoZeroChildren);
}

TEST_F(VmoObjectTest, RegionRightsFollowWhatMayBeMapped) {
  vm::TestSpace space;
  const Rights base = rights::kDuplicate | rights::kTransfer | rights::kInspect;
  const auto root = *VmarObject::create(space->root());
  EXPECT_EQ(root->default_rights(), base | rights::kIo | rights::kExecute);
  const auto narrow =
      *VmarObject::create(*space->root()->allocate({}, kPageSize, {.can_map = hal::Access::Read}));
  EXPECT_EQ(narrow->default_rights(), base | rights::kRead);
  EXPECT_FALSE(narrow->waitable());
}

}  // namespace
}  // namespace jacinth
