#include "exec/trace_ring.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "hal/sim/machine.h"

namespace jacinth::exec {
namespace {

class TraceRing : public testing::Test {
 protected:
  ~TraceRing() override { forget_trace(); }

  static std::vector<TraceRecord> records() {
    std::vector<TraceRecord> all(trace_bytes() / sizeof(TraceRecord));
    EXPECT_EQ(read_trace(0, std::as_writable_bytes(std::span(all))), trace_bytes());
    return all;
  }
  static void probe(uint32_t value) {
    trace(trace_tag(trace_event::kFirstProbe, trace_group::kProbe), 7, value);
  }

  sim::Machine machine_{{.cpus = 1}};
};

TEST_F(TraceRing, RecordsNothingWhileItIsOff) {
  probe(1);
  EXPECT_EQ(trace_bytes(), 0u);
  ASSERT_TRUE(start_trace(trace_group::kProbe));
  stop_trace();
  probe(2);
  EXPECT_EQ(trace_bytes(), 0u);
}

TEST_F(TraceRing, RecordsTheGroupsThatAreWanted) {
  ASSERT_TRUE(start_trace(trace_group::kSyscall));
  probe(1);
  trace(trace_event::kSyscallEnter, 9, 42);
  const auto found = records();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].tag, trace_event::kSyscallEnter);
  EXPECT_EQ(found[0].thread, 9u);
  EXPECT_EQ(found[0].values[0], 42u);
}

TEST_F(TraceRing, KeepsTheNewestRecordsInOrder) {
  ASSERT_TRUE(start_trace(trace_group::kProbe));
  constexpr uint32_t kMany = 10'000;
  for (uint32_t i = 0; i < kMany; ++i) probe(i);
  const auto found = records();
  EXPECT_LT(found.size(), kMany);
  EXPECT_EQ(found.back().values[0], kMany - 1);
  EXPECT_TRUE(std::ranges::is_sorted(found, {}, [](const auto& one) { return one.values[0]; }));
}

TEST_F(TraceRing, IsReadFromAnyOffset) {
  ProbeName name{"probe"};
  EXPECT_EQ(add_probe(name), 0u);
  ASSERT_TRUE(start_trace(trace_group::kProbe));
  probe(1);
  probe(2);
  std::vector<std::byte> whole(trace_bytes());
  EXPECT_EQ(whole.size(), 48 + 2 * sizeof(TraceRecord));
  EXPECT_EQ(read_trace(0, whole), whole.size());
  for (size_t at = 0; at < whole.size(); ++at) {
    std::byte one[7]{};
    const size_t expected = std::min(sizeof(one), whole.size() - at);
    ASSERT_EQ(read_trace(at, one), expected);
    EXPECT_TRUE(std::equal(one, one + expected, whole.begin() + static_cast<ptrdiff_t>(at)));
  }
  EXPECT_EQ(read_trace(whole.size(), whole), 0u);
}

TEST_F(TraceRing, NamesHaveOneNumberEach) {
  EXPECT_EQ(add_probe({"one"}), 0u);
  EXPECT_EQ(add_probe({"two"}), 1u);
  EXPECT_EQ(add_probe({"one"}), 0u);
}

TEST_F(TraceRing, RewindingForgetsRecordsButNoNames) {
  EXPECT_TRUE(add_probe({"one"}));
  ASSERT_TRUE(start_trace(trace_group::kProbe));
  probe(1);
  rewind_trace();
  EXPECT_EQ(trace_bytes(), 48u);
}

}  // namespace
}  // namespace jacinth::exec
