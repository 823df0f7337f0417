#include "object/handle_table.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "hal/sim/faults.h"
#include "hal/sim/machine.h"
#include "object/sync/event.h"
#include "object/sync/port.h"
#include "object/sync/timer.h"

namespace jacinth {
namespace {

constexpr uint32_t kSecret = 0x5a5a5a5a;

class HandleTableTest : public testing::Test {
 protected:
  Handle new_event() { return Handle(*Event::create()); }

  sim::Machine machine_;
  HandleTable table_{kSecret};
};

TEST_F(HandleTableTest, ValuesLookLikeZircons) {
  std::set<HandleValue> seen;
  for (int i = 0; i < 1000; ++i) {
    const HandleValue value = *table_.add(new_event());
    EXPECT_EQ(value & 3, 3u);
    EXPECT_EQ(value >> 31, 0u);
    EXPECT_TRUE(seen.insert(value).second);
  }
  EXPECT_EQ(table_.count(), 1000u);
}

TEST_F(HandleTableTest, ValuesOfOneTableMeanNothingInAnother) {
  HandleTable other(0x12345678);
  const HandleValue value = *table_.add(new_event());
  ASSERT_TRUE(other.add(new_event()));
  EXPECT_EQ(other.get<Event>(value, 0).error(), Status::BadHandle);
}

TEST_F(HandleTableTest, ValuesThatWereNeverGivenOutAreRefused) {
  const HandleValue value = *table_.add(new_event());
  for (const HandleValue wrong : {kInvalidHandle, value & ~1u, value & ~3u, value | 1u << 31,
                                  value ^ 1u << 20, value ^ 1u << 22, ~0u})
    EXPECT_EQ(table_.get<KernelObject>(wrong, 0).error(), Status::BadHandle) << wrong;
  EXPECT_TRUE(table_.get<KernelObject>(value, 0));
}

TEST_F(HandleTableTest, ClosedValueIsNotSoonValidAgain) {
  std::set<HandleValue> seen;
  for (int i = 0; i < 10'000; ++i) {
    const HandleValue value = *table_.add(new_event());
    EXPECT_TRUE(seen.insert(value).second) << "round " << i;
    EXPECT_TRUE(table_.remove(value));
    EXPECT_EQ(table_.remove(value).error(), Status::BadHandle);
  }
}

TEST_F(HandleTableTest, TypeIsCheckedBeforeRights) {
  const HandleValue value = *table_.add(Handle(*Event::create(), rights::kNone));
  EXPECT_EQ(table_.get<Port>(value, rights::kWrite).error(), Status::WrongType);
  EXPECT_EQ(table_.get<Event>(value, rights::kSignal).error(), Status::AccessDenied);
  EXPECT_TRUE(table_.get<Event>(value, rights::kNone));
}

TEST_F(HandleTableTest, GetTellsAllRights) {
  const HandleValue value = *table_.add(new_event());
  Rights actual = 0;
  ASSERT_TRUE(table_.get_with_rights<Event>(value, rights::kSignal, &actual));
  EXPECT_EQ(actual, rights::kBasic | rights::kSignal);
}

TEST_F(HandleTableTest, DuplicateKeepsToItsRules) {
  const HandleValue value = *table_.add(new_event());
  const HandleValue same = *table_.duplicate(value, rights::kSame);
  const HandleValue less = *table_.duplicate(value, rights::kNone);
  EXPECT_EQ(table_.duplicate(value, rights::kBasic | rights::kRead).error(), Status::InvalidArgs);
  EXPECT_EQ(table_.duplicate(value, rights::kSame | rights::kWait).error(), Status::InvalidArgs);
  EXPECT_EQ(table_.duplicate(less, rights::kSame).error(), Status::AccessDenied);
  EXPECT_EQ(table_.duplicate(value ^ 1u << 22, rights::kSame).error(), Status::BadHandle);
  Rights actual = 0;
  ASSERT_TRUE(table_.get_with_rights<Event>(same, 0, &actual));
  EXPECT_EQ(actual, rights::kBasic | rights::kSignal);
  EXPECT_EQ(table_.count(), 3u);
}

TEST_F(HandleTableTest, ReplaceConsumesTheSourceEvenWhenItFails) {
  const HandleValue value = *table_.add(new_event());
  const HandleValue next = *table_.replace(value, rights::kDuplicate);
  EXPECT_EQ(table_.get<Event>(value, 0).error(), Status::BadHandle);
  EXPECT_EQ(table_.get<Event>(next, rights::kWait).error(), Status::AccessDenied);
  EXPECT_EQ(table_.replace(next, rights::kWait).error(), Status::InvalidArgs);
  EXPECT_EQ(table_.get<Event>(next, 0).error(), Status::BadHandle);
  EXPECT_EQ(table_.replace(next, rights::kSame).error(), Status::BadHandle);
  EXPECT_EQ(table_.count(), 0u);
}

TEST_F(HandleTableTest, ReservationIsGivenBackUnlessUsed) {
  HandleValue promised = 0;
  {
    HandleTable::Reservation slot = *table_.reserve();
    promised = slot.value();
    EXPECT_EQ(table_.count(), 1u);
    EXPECT_EQ(table_.get<KernelObject>(promised, 0).error(), Status::BadHandle);
  }
  EXPECT_EQ(table_.count(), 0u);
  HandleTable::Reservation slot = *table_.reserve();
  const HandleValue value = slot.value();
  EXPECT_NE(value, promised);
  slot.install(new_event());
  EXPECT_TRUE(table_.get<Event>(value, 0));
}

TEST_F(HandleTableTest, HandlePutIntoADeadTableIsClosed) {
  const RefPtr<Event> event = *Event::create();
  HandleTable::Reservation slot = *table_.reserve();
  ASSERT_TRUE(table_.add(Handle(event)));
  table_.close_all();
  EXPECT_EQ(event->handle_count(), 0u);
  slot.install(Handle(event));
  EXPECT_EQ(event->handle_count(), 0u);
  EXPECT_EQ(table_.add(Handle(event)).error(), Status::BadState);
  EXPECT_EQ(table_.reserve().error(), Status::BadState);
  EXPECT_EQ(event->handle_count(), 0u);
  EXPECT_EQ(table_.count(), 0u);
}

TEST_F(HandleTableTest, WaitingNeedsTheRightAndAWaitableObject) {
  const HandleValue event = *table_.add(new_event());
  const HandleValue blind = *table_.add(Handle(*Event::create(), rights::kDuplicate));
  const HandleValue port = *table_.add(Handle(*Port::create(0), rights::kWait));
  EXPECT_EQ(table_.signals_of(event).value(), 0u);
  EXPECT_EQ(table_.signals_of(blind).error(), Status::AccessDenied);
  EXPECT_EQ(table_.signals_of(port).error(), Status::NotSupported);
  EXPECT_EQ(table_.signals_of(event ^ 1u << 22).error(), Status::BadHandle);
}

TEST_F(HandleTableTest, ForEachVisitsEveryHandleByItsValue) {
  std::set<HandleValue> added;
  for (int i = 0; i < 100; ++i) added.insert(*table_.add(new_event()));
  ASSERT_TRUE(table_.remove(*added.begin()));
  added.erase(added.begin());
  std::set<HandleValue> visited;
  table_.for_each([&](HandleValue value, const Handle& handle) {
    EXPECT_EQ(handle.object()->type(), ObjectType::Event);
    visited.insert(value);
  });
  EXPECT_EQ(visited, added);
}

TEST_F(HandleTableTest, HoldsAMillionHandlesAndNotOneMore) {
  const RefPtr<Event> event = *Event::create();
  HandleValue last = 0;
  for (uint32_t i = 0; i < HandleTable::kMaxHandles; ++i) last = *table_.add(Handle(event));
  EXPECT_EQ(table_.count(), HandleTable::kMaxHandles);
  EXPECT_EQ(table_.add(Handle(event)).error(), Status::NoMemory);
  EXPECT_EQ(event->handle_count(), HandleTable::kMaxHandles);
  ASSERT_TRUE(table_.remove(last));
  EXPECT_TRUE(table_.add(Handle(event)));
  table_.close_all();
  EXPECT_EQ(event->handle_count(), 0u);
}

TEST_F(HandleTableTest, EveryAllocationMayFail) {
  const RefPtr<Event> event = *Event::create();
  const uint64_t failures = sim::for_each_allocation_failure([&] {
    HandleTable table(kSecret);
    for (int i = 0; i < 200; ++i) {
      const size_t before = table.count();
      const auto added = table.add(Handle(event));
      if (added) continue;
      EXPECT_EQ(added.error(), Status::NoMemory);
      EXPECT_EQ(table.count(), before);
      EXPECT_TRUE(table.add(Handle(event)));
    }
    EXPECT_EQ(event->handle_count(), table.count());
  });
  EXPECT_GE(failures, 4u);
  EXPECT_EQ(event->handle_count(), 0u);
}

}  // namespace
}  // namespace jacinth
