#include "object/dev/bus_memory.h"

#include "object/handle.h"
#include "vm/testing.h"

namespace jacinth {
namespace {

using vm::kPage;
using vm::status_of;

class BusMemoryTest : public vm::VmTest {
 protected:
  BusMemoryTest()
      : initiator_(Handle(*BusInitiator::create(*Iommu::create(), 1))),
        vmo_(*VmoObject::create(*vm::Vmo::create(4 * kPage, vm::Resizable::Yes))) {}

  BusInitiator& initiator() { return static_cast<BusInitiator&>(*initiator_.object()); }
  Handle pin(uint64_t page, uint64_t pages) {
    return Handle(*initiator().pin(vmo_, page * kPage, pages * kPage));
  }

  Handle initiator_;
  RefPtr<VmoObject> vmo_;
};

TEST_F(BusMemoryTest, PinnedPagesKeepTheirAddresses) {
  Handle pinned = pin(1, 2);
  auto& memory = static_cast<PinnedMemory&>(*pinned.object());
  EXPECT_EQ(memory.address_of(kPage), *vmo_->vmo()->physical_address(2 * kPage));
  EXPECT_EQ(status_of(vmo_->vmo()->set_size(2 * kPage)), Status::BadState);
  memory.unpin();
  EXPECT_TRUE(vmo_->vmo()->set_size(2 * kPage));
}

TEST_F(BusMemoryTest, WhatIsNotUnpinnedStaysUntilReleased) {
  {
    const Handle pinned = pin(0, 1);
  }
  EXPECT_EQ(initiator().info().quarantined, 1u);
  EXPECT_EQ(status_of(vmo_->vmo()->set_size(0)), Status::BadState);
  initiator().release_quarantine();
  EXPECT_EQ(initiator().info().quarantined, 0u);
  EXPECT_EQ(initiator().info().pinned, 0u);
  EXPECT_TRUE(vmo_->vmo()->set_size(0));
}

TEST_F(BusMemoryTest, TheInitiatorsEndReleasesTheQuarantine) {
  {
    const Handle pinned = pin(0, 1);
  }
  initiator_ = Handle();
  EXPECT_TRUE(vmo_->vmo()->set_size(0));
}

TEST_F(BusMemoryTest, PinsAreCounted) {
  Handle one = pin(0, 1);
  Handle two = pin(0, 1);
  EXPECT_EQ(initiator().info().pinned, 2u);
  for (Handle* handle : {&one, &two}) {
    static_cast<PinnedMemory&>(*handle->object()).unpin();
    *handle = Handle();
  }
  EXPECT_EQ(initiator().info().pinned, 0u);
}

TEST_F(BusMemoryTest, NothingIsPinnedWhenPinningFails) {
  EXPECT_EQ(status_of(initiator().pin(vmo_, 0, 5 * kPage)), Status::OutOfRange);
  EXPECT_EQ(initiator().info().pinned, 0u);
  EXPECT_TRUE(vmo_->vmo()->set_size(0));
}

}  // namespace
}  // namespace jacinth
