#include "base/vector.h"

#include <gtest/gtest.h>

#include <memory>
#include <numeric>

#include "hal/sim/faults.h"

namespace jacinth {
namespace {

Vector<int> numbers(int count) {
  Vector<int> made;
  for (int i = 0; i < count; ++i) EXPECT_TRUE(made.push_back(i));
  return made;
}

TEST(Vector, GrowsAndKeepsItsElements) {
  const Vector<int> vector = numbers(1000);
  ASSERT_EQ(vector.size(), 1000u);
  EXPECT_EQ(std::accumulate(vector.begin(), vector.end(), 0), 999 * 1000 / 2);
}

TEST(Vector, FailedGrowthLeavesItAsItWas) {
  Vector<int> vector = numbers(4);
  sim::fail_allocation(1);
  const Result<> grown = vector.push_back(4);
  sim::fail_allocation(0);
  ASSERT_FALSE(grown);
  EXPECT_EQ(grown.error(), Status::NoMemory);
  ASSERT_EQ(vector.size(), 4u);
  EXPECT_EQ(vector[3], 3);
  EXPECT_TRUE(vector.push_back(4));
}

TEST(Vector, AbsurdSizesAreNoMemory) {
  EXPECT_EQ(Vector<uint64_t>().reserve(~size_t{0} / 4).error(), Status::NoMemory);
  EXPECT_EQ(Vector<uint64_t>().reserve(~size_t{0} / 16).error(), Status::NoMemory);
  EXPECT_EQ(Vector<uint64_t>::with_size(~size_t{0}).error(), Status::NoMemory);
}

TEST(Vector, WithSizeIsZeroed) {
  const Vector<int> vector = Vector<int>::with_size(100).value();
  ASSERT_EQ(vector.size(), 100u);
  for (int value : vector) EXPECT_EQ(value, 0);
}

TEST(Vector, OwnsItsElements) {
  const auto shared = std::make_shared<int>(1);
  {
    Vector<std::shared_ptr<int>> vector;
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(vector.push_back(shared));
    EXPECT_EQ(shared.use_count(), 11);
    vector.pop_back();
    EXPECT_EQ(shared.use_count(), 10);
    vector.erase(0);
    EXPECT_EQ(shared.use_count(), 9);
    vector.truncate(3);
    EXPECT_EQ(shared.use_count(), 4);
    Vector<std::shared_ptr<int>> moved = std::move(vector);
    EXPECT_TRUE(vector.empty());
    EXPECT_EQ(moved.size(), 3u);
    vector = std::move(moved);
    EXPECT_EQ(shared.use_count(), 4);
    vector.clear();
    EXPECT_EQ(shared.use_count(), 1);
  }
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(Vector, EraseKeepsTheOrder) {
  Vector<int> vector = numbers(5);
  vector.erase(1);
  vector.erase(3);
  EXPECT_EQ((std::vector<int>(vector.begin(), vector.end())), (std::vector<int>{0, 2, 3}));
  EXPECT_EQ(vector.back(), 3);
}

TEST(Vector, FreesItsMemory) {
  const size_t blocks = sim::live_heap_blocks();
  {
    Vector<int> vector = numbers(100);
    EXPECT_EQ(sim::live_heap_blocks(), blocks + 1);
  }
  EXPECT_EQ(sim::live_heap_blocks(), blocks);
}

}  // namespace
}  // namespace jacinth
