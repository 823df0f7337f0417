#include "object/vm/pager.h"

#include <optional>

#include "object/handle.h"
#include "vm/testing.h"

namespace jacinth {
namespace {

using vm::kPage;
using vm::peek;
using vm::poke;
using vm::status_of;

// Somebody who needs pages: retries what says ASYNC once they have been fetched.
class Reader : public exec::Activity {
 public:
  Reader(RefPtr<vm::Vmo> vmo, uint64_t page, uint64_t pages = 1) {
    EXPECT_TRUE(start([&] { return run(std::move(vmo), page, pages); }));
  }
  std::optional<Status> outcome;
  int value = -1;

 private:
  exec::Task<void> run(RefPtr<vm::Vmo> vmo, uint64_t page, uint64_t pages) {
    vm::ByteRange range{page * kPage, pages * kPage};
    for (;;) {
      const Result<> done = pages == 1 ? read(*vmo, range) : vmo->commit(range);
      outcome = status_of(done);
      if (done && range.size == 0) co_return;
      if (done || done.error() != Status::Async) {
        if (!done) co_return;
        continue;
      }
      outcome.reset();
      outcome = co_await vm::Vmo::fetch(vmo, range.offset, range.size);
      if (*outcome != Status::Ok) co_return;
    }
  }
  Result<> read(vm::Vmo& vmo, vm::ByteRange& range) {
    std::byte byte{};
    TRY(vmo.read(range.offset, {&byte, 1}));
    value = static_cast<int>(byte);
    range.size = 0;
    return {};
  }
};

class PagerTest : public vm::VmTest {
 protected:
  static constexpr uint64_t kKey = 0x1234;
  static constexpr uint64_t kPages = 8;

  PagerTest() : pager_(Handle(*Pager::create())), port_(Handle(*Port::create(0))), vmo_(make()) {}

  Pager& pager() { return static_cast<Pager&>(*pager_.object()); }
  RefPtr<Port> port() { return object_cast<Port>(port_.object()); }
  RefPtr<VmoObject> make(vm::Resizable resizable = vm::Resizable::No) {
    return *pager().create_vmo(port(), kKey, kPages * kPage, resizable);
  }
  vm::Vmo& vmo() { return *vmo_->vmo(); }
  void idle() { EXPECT_EQ(memory_.machine.run_until_idle(), sim::Stop::Idle); }

  // The packet that is next in the port; nothing when it is empty.
  std::optional<PacketData> packet() {
    auto wait = Port::wait(port(), Instant{0});
    EXPECT_TRUE(wait.ready());
    if (!wait.value()) return std::nullopt;
    return *wait.value();
  }
  void expect_request(uint64_t page, uint64_t pages) {
    const auto got = packet();
    ASSERT_TRUE(got);
    EXPECT_EQ(got->key, kKey);
    EXPECT_EQ(got->type, PacketType::PageRequest);
    EXPECT_EQ(got->page_request.command, Pager::kCommandRead);
    EXPECT_EQ(got->page_request.offset, page * kPage);
    EXPECT_EQ(got->page_request.length, pages * kPage);
  }
  // Pages whose first bytes are `value`, `value` + 1, ….
  RefPtr<VmoObject> filled(uint64_t pages, uint8_t value) {
    auto donor = *VmoObject::create(*vm::Vmo::create(pages * kPage));
    for (uint64_t i = 0; i < pages; ++i) poke(*donor->vmo(), i, static_cast<uint8_t>(value + i));
    return donor;
  }
  Status supply(uint64_t page, uint64_t pages, uint8_t value) {
    const auto donor = filled(pages, value);
    vm::ByteRange range{page * kPage, pages * kPage};
    uint64_t from = 0;
    while (range.size != 0) {
      const Result<> moved = pager().supply(*vmo_, range, *donor, from);
      if (!moved) return moved.error();
    }
    return Status::Ok;
  }

  Handle pager_;
  Handle port_;
  RefPtr<VmoObject> vmo_;
};

TEST_F(PagerTest, ReadingAsksOnceAndWaitsForTheSupply) {
  Reader reader(vmo_->vmo(), 3);
  idle();
  EXPECT_FALSE(reader.outcome);
  expect_request(3, 1);
  EXPECT_FALSE(packet());
  EXPECT_EQ(supply(3, 1, 77), Status::Ok);
  idle();
  EXPECT_EQ(reader.outcome, Status::Ok);
  EXPECT_EQ(reader.value, 77);
}

TEST_F(PagerTest, WhatWasSuppliedBeforeIsNotAskedFor) {
  EXPECT_EQ(supply(0, 2, 5), Status::Ok);
  Reader reader(vmo_->vmo(), 1);
  idle();
  EXPECT_EQ(reader.value, 6);
  EXPECT_FALSE(packet());
}

TEST_F(PagerTest, CommittingAsksForAllThatIsAbsentInARow) {
  EXPECT_EQ(supply(5, 1, 1), Status::Ok);
  Reader committer(vmo_->vmo(), 1, 7);
  idle();
  expect_request(1, 4);
  EXPECT_EQ(supply(1, 2, 1), Status::Ok);
  idle();
  EXPECT_FALSE(packet());  // the rest has been asked for
  EXPECT_EQ(supply(3, 2, 1), Status::Ok);
  idle();
  expect_request(6, 2);
  EXPECT_EQ(supply(6, 2, 1), Status::Ok);
  idle();
  EXPECT_EQ(committer.outcome, Status::Ok);
}

TEST_F(PagerTest, SeveralWaitForOneRequest) {
  Reader one(vmo_->vmo(), 2);
  Reader two(vmo_->vmo(), 2);
  Reader other(vmo_->vmo(), 4);
  idle();
  expect_request(2, 1);
  expect_request(4, 1);
  EXPECT_FALSE(packet());
  EXPECT_EQ(supply(2, 1, 9), Status::Ok);
  idle();
  EXPECT_EQ(one.value, 9);
  EXPECT_EQ(two.value, 9);
  EXPECT_FALSE(other.outcome);
  EXPECT_EQ(supply(4, 1, 1), Status::Ok);
  idle();
  EXPECT_EQ(other.outcome, Status::Ok);
}

TEST_F(PagerTest, ARequestThatIsNotNeededAnyMoreIsTakenBack) {
  Reader reader(vmo_->vmo(), 0);
  idle();
  EXPECT_EQ(supply(0, 1, 1), Status::Ok);
  EXPECT_FALSE(packet());
  idle();
  EXPECT_EQ(reader.outcome, Status::Ok);
}

TEST_F(PagerTest, WhoGivesUpTakesItsRequestBack) {
  Reader reader(vmo_->vmo(), 0);
  idle();
  reader.interrupt();
  idle();
  EXPECT_EQ(reader.outcome, Status::InternalIntrRetry);
  EXPECT_FALSE(packet());
}

TEST_F(PagerTest, AnotherAsksInPlaceOfOneThatGivesUp) {
  Reader first(vmo_->vmo(), 0);
  idle();
  Reader second(vmo_->vmo(), 0);
  idle();
  first.interrupt();
  idle();
  expect_request(0, 1);
  EXPECT_FALSE(packet());
  EXPECT_EQ(supply(0, 1, 3), Status::Ok);
  idle();
  EXPECT_EQ(second.value, 3);
}

TEST_F(PagerTest, ARequestThatWasReadIsNotRepeatedForTheOthers) {
  Reader first(vmo_->vmo(), 0);
  idle();
  Reader second(vmo_->vmo(), 0);
  idle();
  expect_request(0, 1);
  first.interrupt();
  idle();
  EXPECT_FALSE(packet());
  EXPECT_EQ(supply(0, 1, 3), Status::Ok);
  idle();
  EXPECT_EQ(second.value, 3);
}

TEST_F(PagerTest, FailingEndsTheWaitWithItsStatus) {
  Reader reader(vmo_->vmo(), 1);
  Reader elsewhere(vmo_->vmo(), 2);
  idle();
  EXPECT_TRUE(pager().fail_range(*vmo_, {kPage, kPage}, Status::IoDataIntegrity));
  idle();
  EXPECT_EQ(reader.outcome, Status::IoDataIntegrity);
  EXPECT_FALSE(elsewhere.outcome);
  EXPECT_TRUE(pager().fail_range(*vmo_, {0, kPages * kPage}, Status::Io));
  idle();
  EXPECT_EQ(elsewhere.outcome, Status::Io);
}

TEST_F(PagerTest, DetachingEndsWaitsAndTellsThatItIsComplete) {
  EXPECT_EQ(supply(0, 1, 4), Status::Ok);
  Reader reader(vmo_->vmo(), 1);
  idle();
  EXPECT_TRUE(pager().detach(*vmo_));
  EXPECT_TRUE(pager().detach(*vmo_));
  idle();
  EXPECT_EQ(reader.outcome, Status::BadState);
  const auto last = packet();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->page_request.command, Pager::kCommandComplete);
  EXPECT_FALSE(packet());
  EXPECT_EQ(peek(vmo(), 0), 4);
  EXPECT_EQ(peek(vmo(), 1), -static_cast<int>(Status::BadState));
}

TEST_F(PagerTest, TheVmosEndIsTold) {
  vmo_.reset();
  const auto last = packet();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->page_request.command, Pager::kCommandComplete);
}

TEST_F(PagerTest, ThePagersEndEndsWaitsWithoutAPacket) {
  Reader reader(vmo_->vmo(), 1);
  idle();
  pager_ = Handle();
  idle();
  EXPECT_EQ(reader.outcome, Status::BadState);
  EXPECT_FALSE(packet());
}

TEST_F(PagerTest, ShrinkingEndsWaitsBeyondTheEnd) {
  vmo_ = make(vm::Resizable::Yes);
  (void)packet();
  Reader reader(vmo_->vmo(), 6);
  idle();
  EXPECT_TRUE(vmo().set_size(2 * kPage));
  idle();
  EXPECT_EQ(reader.outcome, Status::OutOfRange);
  EXPECT_FALSE(packet());
}

TEST_F(PagerTest, SupplyMovesPagesWithoutCopyingThem) {
  const auto donor = filled(2, 1);
  const PhysAddr before = *donor->vmo()->physical_address(kPage);
  vm::ByteRange range{3 * kPage, 2 * kPage};
  uint64_t from = 0;
  EXPECT_TRUE(pager().supply(*vmo_, range, *donor, from));
  EXPECT_EQ(range.size, 0u);
  EXPECT_EQ(*vmo().physical_address(4 * kPage), before);
  EXPECT_EQ(vm::committed_pages(*donor->vmo()), 0u);
  EXPECT_EQ(vm::committed_pages(vmo()), 2u);
}

TEST_F(PagerTest, PagesThatAreThereAlreadyStay) {
  EXPECT_EQ(supply(1, 1, 10), Status::Ok);
  EXPECT_EQ(supply(0, 3, 50), Status::Ok);
  EXPECT_EQ(peek(vmo(), 0), 50);
  EXPECT_EQ(peek(vmo(), 1), 10);
  EXPECT_EQ(peek(vmo(), 2), 52);
}

TEST_F(PagerTest, DonorsMustBePlainAndCommitted) {
  vm::ByteRange range{0, 2 * kPage};
  uint64_t from = 0;
  const auto holey = *VmoObject::create(*vm::Vmo::create(2 * kPage));
  poke(*holey->vmo(), 1, 1);
  EXPECT_EQ(status_of(pager().supply(*vmo_, range, *holey, from)), Status::BadState);
  const auto small = filled(1, 1);
  EXPECT_EQ(status_of(pager().supply(*vmo_, range, *small, from)), Status::OutOfRange);
  const auto parent = filled(2, 1);
  const auto child = *parent->create_child(vm::ChildKind::Snapshot, 0, kPage, vm::Resizable::No);
  EXPECT_EQ(status_of(pager().supply(*vmo_, range, *parent, from)), Status::BadState);
  const auto pinned = filled(2, 1);
  EXPECT_TRUE(pinned->vmo()->pin(0, kPage));
  EXPECT_EQ(status_of(pager().supply(*vmo_, range, *pinned, from)), Status::BadState);
  pinned->vmo()->unpin(0, kPage);
  const auto device =
      *VmoObject::create(*vm::Vmo::create_physical(PhysAddr{0x10'0000'0000}, 2 * kPage));
  EXPECT_EQ(status_of(pager().supply(*vmo_, range, *device, from)), Status::NotSupported);
}

TEST_F(PagerTest, KnowsItsOwnVmosOnly) {
  const Handle other(*Pager::create());
  auto& stranger = static_cast<Pager&>(*other.object());
  EXPECT_EQ(status_of(stranger.detach(*vmo_)), Status::InvalidArgs);
  EXPECT_EQ(status_of(stranger.fail_range(*vmo_, {0, kPage}, Status::Io)), Status::InvalidArgs);
  const auto clone =
      *vmo_->create_child(vm::ChildKind::SnapshotAtLeastOnWrite, 0, kPage, vm::Resizable::No);
  EXPECT_EQ(status_of(pager().detach(*clone)), Status::InvalidArgs);
}

TEST_F(PagerTest, RangesAreChecked) {
  EXPECT_EQ(status_of(pager().fail_range(*vmo_, {1, kPage}, Status::Io)), Status::InvalidArgs);
  EXPECT_EQ(status_of(pager().fail_range(*vmo_, {0, 1}, Status::Io)), Status::InvalidArgs);
  EXPECT_EQ(status_of(pager().fail_range(*vmo_, {0, (kPages + 1) * kPage}, Status::Io)),
            Status::OutOfRange);
}

// --- Children
// -------------------------------------------------------------------------------------

class PagerCloneTest : public PagerTest {
 protected:
  RefPtr<VmoObject> clone(uint64_t page = 0, uint64_t pages = kPages) {
    return *vmo_->create_child(vm::ChildKind::SnapshotAtLeastOnWrite, page * kPage, pages * kPage,
                               vm::Resizable::Yes);
  }
};

TEST_F(PagerCloneTest, ReadsThroughToItsParent) {
  const auto child = clone(2, 3);
  Reader reader(child->vmo(), 1);
  idle();
  expect_request(3, 1);
  EXPECT_EQ(supply(3, 1, 8), Status::Ok);
  idle();
  EXPECT_EQ(reader.value, 8);
  EXPECT_EQ(vm::committed_pages(*child->vmo()), 0u);
}

TEST_F(PagerCloneTest, SeesWhatTheParentWritesUntilItWritesItself) {
  const auto child = clone();
  EXPECT_EQ(supply(0, 2, 1), Status::Ok);
  poke(vmo(), 0, 100);
  EXPECT_EQ(peek(*child->vmo(), 0), 100);
  poke(*child->vmo(), 0, 50);
  poke(vmo(), 0, 101);
  EXPECT_EQ(peek(*child->vmo(), 0), 50);
  EXPECT_EQ(peek(vmo(), 0), 101);
  EXPECT_EQ(vm::committed_pages(*child->vmo()), 1u);
}

TEST_F(PagerCloneTest, ShrinkingTheParentLeavesZeros) {
  vmo_ = make(vm::Resizable::Yes);
  const auto child = clone();
  EXPECT_EQ(supply(0, 4, 1), Status::Ok);
  poke(*child->vmo(), 3, 44);
  EXPECT_TRUE(vmo().set_size(kPage));
  EXPECT_TRUE(vmo().set_size(4 * kPage));
  EXPECT_EQ(peek(*child->vmo(), 0), 1);
  EXPECT_EQ(peek(*child->vmo(), 1), 0);
  EXPECT_EQ(peek(*child->vmo(), 3), 44);
}

TEST_F(PagerCloneTest, ShrinkingItselfLeavesZeros) {
  const auto child = clone();
  EXPECT_EQ(supply(0, 2, 1), Status::Ok);
  EXPECT_TRUE(child->vmo()->set_size(kPage));
  EXPECT_TRUE(child->vmo()->set_size(2 * kPage));
  EXPECT_EQ(peek(*child->vmo(), 0), 1);
  EXPECT_EQ(peek(*child->vmo(), 1), 0);
}

TEST_F(PagerCloneTest, ZeroingNeedsNoPageOfTheParent) {
  const auto child = clone();
  vm::ByteRange range{0, 2 * kPage};
  while (range.size != 0) ASSERT_TRUE(child->vmo()->zero(range));
  EXPECT_EQ(peek(*child->vmo(), 1), 0);
  EXPECT_FALSE(packet());
}

TEST_F(PagerCloneTest, ClonesOfClonesKeepWhatTheyHave) {
  EXPECT_EQ(supply(0, 3, 1), Status::Ok);
  const auto child = clone(1, 4);
  poke(*child->vmo(), 0, 20);
  const auto grandchild =
      *child->create_child(vm::ChildKind::SnapshotAtLeastOnWrite, 0, 4 * kPage, vm::Resizable::No);
  poke(*child->vmo(), 0, 21);
  EXPECT_EQ(peek(*grandchild->vmo(), 0), 20);
  EXPECT_EQ(peek(*grandchild->vmo(), 1), 3);
  Reader reader(grandchild->vmo(), 2);
  idle();
  expect_request(3, 1);
  EXPECT_EQ(supply(3, 1, 30), Status::Ok);
  idle();
  EXPECT_EQ(reader.value, 30);
}

TEST_F(PagerCloneTest, KeepThePagesWhenTheParentsHandlesHaveGone) {
  const auto child = clone();
  EXPECT_EQ(supply(0, 1, 9), Status::Ok);
  vmo_.reset();
  EXPECT_FALSE(packet());
  EXPECT_EQ(peek(*child->vmo(), 0), 9);
}

TEST_F(PagerCloneTest, FullSnapshotsAreNotPossible) {
  const auto child = clone();
  for (const auto& parent : {vmo_, child}) {
    EXPECT_EQ(status_of(parent->create_child(vm::ChildKind::Snapshot, 0, kPage, vm::Resizable::No)),
              Status::NotSupported);
  }
}

TEST_F(PagerCloneTest, MappingsFollowTheParentsPages) {
  vm::TestSpace space;
  const auto child = clone();
  EXPECT_EQ(supply(0, 2, 1), Status::Ok);
  const auto access = hal::Access::Read | hal::Access::Write;
  const VirtAddr at =
      *space->root()->map({}, child->vmo(), 0, 2 * kPage, {.access = access, .max_access = access});
  memory_.run_in(*space, [&] {
    const vm::UserInOut<uint8_t> bytes(at);
    EXPECT_EQ(*bytes.read(), 1);
    poke(vmo(), 0, 5);
    EXPECT_EQ(*bytes.read(), 5);
    EXPECT_TRUE(bytes.write(6));
    EXPECT_EQ(peek(vmo(), 0), 5);
    poke(vmo(), 0, 7);
    EXPECT_EQ(*bytes.read(), 6);
  });
}

}  // namespace
}  // namespace jacinth
