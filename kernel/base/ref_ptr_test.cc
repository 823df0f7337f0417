#include "base/ref_ptr.h"

#include <gtest/gtest.h>

#include "hal/sim/faults.h"

namespace jacinth {
namespace {

struct Thing : RefCounted {
  explicit Thing(int& count) : living(count) { ++living; }
  ~Thing() override { --living; }
  int& living;
};
struct BigThing final : Thing {
  using Thing::Thing;
  char payload[100] = {};
};

TEST(RefPtr, LastReferenceDestroysTheObjectAndFreesItsMemory) {
  const size_t blocks = sim::live_heap_blocks();
  int living = 0;
  RefPtr<Thing> first = make_ref<Thing>(living).value();
  EXPECT_EQ(first->ref_count(), 1u);
  RefPtr<Thing> second = first;
  EXPECT_EQ(first->ref_count(), 2u);
  EXPECT_EQ(first, second);
  first.reset();
  EXPECT_EQ(living, 1);
  second.reset();
  EXPECT_EQ(living, 0);
  EXPECT_EQ(sim::live_heap_blocks(), blocks);
}

TEST(RefPtr, MovingKeepsTheCount) {
  int living = 0;
  RefPtr<BigThing> big = make_ref<BigThing>(living).value();
  RefPtr<Thing> base = std::move(big);
  EXPECT_FALSE(big);
  EXPECT_EQ(base->ref_count(), 1u);
  RefPtr<BigThing> again = static_ref_cast<BigThing>(std::move(base));
  EXPECT_EQ(again->ref_count(), 1u);
  EXPECT_EQ(living, 1);
}

TEST(RefPtr, AssigningToItselfKeepsTheObject) {
  int living = 0;
  RefPtr<Thing> thing = make_ref<Thing>(living).value();
  RefPtr<Thing>& alias = thing;
  thing = alias;
  EXPECT_EQ(living, 1);
  EXPECT_EQ(thing->ref_count(), 1u);
}

TEST(RefPtr, LeakAndAdoptHandTheReferenceOver) {
  int living = 0;
  RefPtr<Thing> thing = make_ref<Thing>(living).value();
  Thing* raw_pointer = thing.leak();
  EXPECT_FALSE(thing);
  EXPECT_EQ(living, 1);
  RefPtr<Thing>::adopt(raw_pointer).reset();
  EXPECT_EQ(living, 0);
}

TEST(RefPtr, MakeRefReportsMissingMemory) {
  int living = 0;
  sim::fail_allocation(1);
  const Result<RefPtr<Thing>> made = make_ref<Thing>(living);
  sim::fail_allocation(0);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error(), Status::NoMemory);
  EXPECT_EQ(living, 0);
}

TEST(WeakPtr, GivesTheObjectWhileItLives) {
  int living = 0;
  RefPtr<Thing> thing = make_ref<Thing>(living).value();
  WeakPtr<Thing> weak(thing);
  EXPECT_EQ(weak.lock(), thing);
  EXPECT_EQ(thing->ref_count(), 1u);
}

TEST(WeakPtr, OutlivesTheObjectButNotItsMemory) {
  const size_t blocks = sim::live_heap_blocks();
  int living = 0;
  RefPtr<Thing> thing = make_ref<Thing>(living).value();
  {
    WeakPtr<Thing> weak(thing);
    WeakPtr<Thing> copy = weak;
    thing.reset();
    EXPECT_EQ(living, 0);
    EXPECT_FALSE(weak.lock());
    EXPECT_FALSE(copy.lock());
    EXPECT_EQ(sim::live_heap_blocks(), blocks + 1);
  }
  EXPECT_EQ(sim::live_heap_blocks(), blocks);
}

TEST(WeakPtr, EmptyGivesNothing) { EXPECT_FALSE(WeakPtr<Thing>().lock()); }

struct Before {
  virtual ~Before() = default;
  int value = 0;
};
struct CountedSecond final : Before, RefCounted {};

TEST(RefPtrDeathTest, CountMustComeFirst) {
  EXPECT_DEATH(static_cast<void>(make_ref<CountedSecond>()), "assertion failed");
}

TEST(RefCountedDeathTest, DeadObjectGivesNoNewReference) {
  EXPECT_DEATH(
      {
        struct Reviving final : RefCounted {
          ~Reviving() override { add_ref(); }
        };
        make_ref<Reviving>().value().reset();
      },
      "assertion failed");
}

}  // namespace
}  // namespace jacinth
