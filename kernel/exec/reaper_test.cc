#include "exec/reaper.h"

#include <gtest/gtest.h>

#include <vector>

#include "hal/sim/machine.h"

namespace jacinth::exec {
namespace {

// Takes `units` to take apart, and notes when it is gone.
class Thing final : public Remains {
 public:
  Thing(std::vector<int>& gone, int name, uint32_t units, Thing* inside = nullptr)
      : gone_(gone), name_(name), units_(units), inside_(inside) {}
  bool reap(Portion& portion) override {
    ++visits;
    while (units_ != 0 && !portion.spent()) {
      portion.use(1);
      --units_;
    }
    if (units_ != 0) return false;
    if (inside_ != nullptr) exec::reap(*inside_);
    gone_.push_back(name_);
    return true;
  }
  int visits = 0;

 private:
  std::vector<int>& gone_;
  const int name_;
  uint32_t units_;
  Thing* const inside_;
};

using Names = std::vector<int>;

TEST(Portion, IsSpentUnitByUnit) {
  Portion portion(3);
  portion.use(2);
  EXPECT_FALSE(portion.spent());
  portion.use(5);
  EXPECT_TRUE(portion.spent());
  EXPECT_FALSE(Portion::unlimited().spent());
}

TEST(Reaper, SmallThingsGoAtOnce) {
  sim::Machine machine;
  Names gone;
  Thing one(gone, 1, 5);
  Thing two(gone, 2, 5);
  RemainsList both;
  both.push_back(one);
  both.push_back(two);
  reap(both);
  EXPECT_EQ(gone, (Names{1, 2}));
  EXPECT_TRUE(both.empty());
  EXPECT_FALSE(reaping());
}

TEST(Reaper, WhatIsInsideLinesUpBehind) {
  sim::Machine machine;
  Names gone;
  Thing innermost(gone, 3, 1);
  Thing inner(gone, 2, 1, &innermost);
  Thing outer(gone, 1, 1, &inner);
  reap(outer);
  EXPECT_EQ(gone, (Names{1, 2, 3})) << "the outer one is done with before the inner one begins";
}

TEST(Reaper, LargeThingsGoPortionByPortion) {
  sim::Machine machine;
  Names gone;
  Thing large(gone, 1, 3 * Portion::kUnits);
  reap(large);
  EXPECT_TRUE(gone.empty());
  EXPECT_EQ(large.visits, 1);
  EXPECT_TRUE(reaping());
  EXPECT_EQ(machine.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(gone, Names{1});
  EXPECT_EQ(large.visits, 4);
  EXPECT_FALSE(reaping());
}

TEST(Reaper, SmallThingsDoNotWaitForLargeOnes) {
  sim::Machine machine;
  Names gone;
  Thing large(gone, 1, 100 * Portion::kUnits);
  Thing small(gone, 2, 1);
  reap(large);
  reap(small);
  EXPECT_EQ(gone, Names{2});
  EXPECT_EQ(machine.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(gone, (Names{2, 1}));
}

TEST(Reaper, LaterIsNotNow) {
  sim::Machine machine;
  Names gone;
  Thing thing(gone, 1, 1);
  reap_later(thing);
  EXPECT_EQ(thing.visits, 0);
  EXPECT_TRUE(reaping());
  EXPECT_EQ(machine.run_until_idle(), sim::Stop::Idle);
  EXPECT_EQ(gone, Names{1});
}

}  // namespace
}  // namespace jacinth::exec
