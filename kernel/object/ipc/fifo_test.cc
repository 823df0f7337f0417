#include "object/ipc/fifo.h"

#include <gtest/gtest.h>

#include <vector>

#include "hal/sim/faults.h"
#include "hal/sim/machine.h"

namespace jacinth {
namespace {

using Values = std::vector<uint32_t>;

class FifoTest : public testing::Test {
 protected:
  static constexpr size_t kSize = sizeof(uint32_t);

  Result<size_t> write(Fifo& end, Values values) {
    return end.write(kSize, std::as_bytes(std::span(values)));
  }
  // Reads up to `count`, or none on an error, which `status_` gets.
  Values read(Fifo& end, size_t count) {
    Values values(count);
    const auto peeked = end.peek(kSize, std::as_writable_bytes(std::span(values)));
    status_ = to_status(peeked);
    values.resize(peeked ? peeked->count : 0);
    if (peeked) EXPECT_TRUE(end.consume(*peeked));
    return values;
  }

  sim::Machine machine_;
  HandlePair pair_ = *Fifo::create({4, kSize});
  RefPtr<Fifo> left_ = object_cast<Fifo>(pair_.first.object());
  RefPtr<Fifo> right_ = object_cast<Fifo>(pair_.second.object());
  Status status_{};
};

TEST_F(FifoTest, GeometryIsChecked) {
  using Geometry = Fifo::Geometry;
  for (const Geometry bad :
       {Geometry{0, 4}, Geometry{4, 0}, Geometry{3, 4}, Geometry{1024, 8}, Geometry{1, 4097},
        Geometry{8192, 1}, Geometry{size_t{1} << 63, 2}, Geometry{2, size_t{1} << 63}})
    EXPECT_EQ(to_status(Fifo::create(bad)), Status::OutOfRange);
  for (const Geometry good : {Geometry{1, 4096}, Geometry{4096, 1}, Geometry{1, 1}})
    EXPECT_TRUE(Fifo::create(good));
}

TEST_F(FifoTest, ElementsArriveInOrderAcrossTheWrap) {
  EXPECT_EQ(left_->signals(), signals::kWritable);
  for (uint32_t round = 0; round < 10; ++round) {
    EXPECT_EQ(write(*left_, {round, round + 1, round + 2}), 3u);
    EXPECT_EQ(right_->signals(), signals::kWritable | signals::kReadable);
    EXPECT_EQ(read(*right_, 8), (Values{round, round + 1, round + 2}));
    EXPECT_EQ(right_->signals(), signals::kWritable);
  }
}

TEST_F(FifoTest, WritesAndReadsArePartial) {
  EXPECT_EQ(write(*left_, {1, 2, 3}), 3u);
  EXPECT_EQ(left_->room(kSize, 100), 1u);
  EXPECT_EQ(write(*left_, {4, 5, 6}), 1u);
  EXPECT_EQ(left_->signals(), 0u);
  EXPECT_EQ(to_status(write(*left_, {7})), Status::ShouldWait);
  EXPECT_EQ(to_status(left_->room(kSize, 1)), Status::ShouldWait);
  EXPECT_EQ(read(*right_, 1), Values{1});
  EXPECT_EQ(left_->signals(), signals::kWritable);
  EXPECT_EQ(right_->signals(), signals::kWritable | signals::kReadable);
  EXPECT_EQ(read(*right_, 8), (Values{2, 3, 4}));
}

TEST_F(FifoTest, WrongSizesAreOutOfRange) {
  Values two(2);
  EXPECT_EQ(to_status(left_->room(kSize + 1, 1)), Status::OutOfRange);
  EXPECT_EQ(to_status(left_->room(kSize, 0)), Status::OutOfRange);
  EXPECT_EQ(to_status(left_->write(2, std::as_bytes(std::span(two)))), Status::OutOfRange);
  EXPECT_EQ(to_status(left_->write(kSize, {})), Status::OutOfRange);
  EXPECT_EQ(to_status(right_->peek(8, std::as_writable_bytes(std::span(two)))), Status::OutOfRange);
  EXPECT_EQ(to_status(right_->peek(kSize, {})), Status::OutOfRange);
}

TEST_F(FifoTest, RemainingElementsOutliveTheirWriter) {
  EXPECT_EQ(read(*right_, 1), Values{});
  EXPECT_EQ(status_, Status::ShouldWait);
  EXPECT_EQ(write(*left_, {9}), 1u);
  pair_.first.close();
  EXPECT_EQ(right_->signals(), signals::kReadable | signals::kPeerClosed);
  EXPECT_EQ(to_status(right_->room(0, 0)), Status::PeerClosed);
  EXPECT_EQ(to_status(write(*right_, {1})), Status::PeerClosed);
  EXPECT_EQ(read(*right_, 1), Values{9});
  EXPECT_EQ(read(*right_, 1), Values{});
  EXPECT_EQ(status_, Status::PeerClosed);
  EXPECT_EQ(right_->signals(), signals::kPeerClosed);
}

TEST_F(FifoTest, PeekingTakesNothingUntilConsumed) {
  EXPECT_EQ(write(*left_, {1, 2}), 2u);
  Values values(2);
  const auto bytes = std::as_writable_bytes(std::span(values));
  const auto abandoned = *right_->peek(kSize, bytes);  // its reader faulted
  EXPECT_EQ(abandoned.count, 2u);
  EXPECT_EQ(read(*right_, 1), Values{1});
  EXPECT_FALSE(right_->consume(abandoned));
  EXPECT_EQ(read(*right_, 2), Values{2});
}

TEST_F(FifoTest, ShortOfMemory) {
  const size_t before = sim::live_heap_blocks();
  EXPECT_EQ(sim::for_each_allocation_failure([] {
              const auto made = Fifo::create({16, 16});
              EXPECT_EQ(to_status(made),
                        sim::allocation_has_failed() ? Status::NoMemory : Status::Ok);
            }),
            5u);
  EXPECT_EQ(sim::live_heap_blocks(), before);
}

}  // namespace
}  // namespace jacinth
