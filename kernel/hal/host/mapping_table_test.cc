#include "hal/host/mapping_table.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "hal/sim/faults.h"
#include "hal/sim/random.h"

namespace jacinth::host {
namespace {

using hal::Access;

constexpr uint64_t kPage = kPageSize;
constexpr Range pages(uint64_t first, uint64_t end) { return {first * kPage, end * kPage}; }

size_t count_runs(const MappingTable& table) {
  size_t runs = 0;
  table.for_each({0, ~uint64_t{0}}, [&](Range, uint64_t, Access) { ++runs; });
  return runs;
}

TEST(MappingTable, JoinsWhatContinues) {
  MappingTable table;
  ASSERT_TRUE(table.add(pages(10, 11), 0x5000, Access::Read));
  ASSERT_TRUE(table.add(pages(12, 13), 0x7000, Access::Read));
  EXPECT_EQ(count_runs(table), 2u);
  ASSERT_TRUE(table.add(pages(11, 12), 0x6000, Access::Read));
  EXPECT_EQ(count_runs(table), 1u);
  // Other memory, other access.
  ASSERT_TRUE(table.add(pages(13, 14), 0x9000, Access::Read));
  ASSERT_TRUE(table.add(pages(14, 15), 0xa000, Access::Write));
  EXPECT_EQ(count_runs(table), 3u);
}

TEST(MappingTable, SplitsARunWhoseMiddleGoes) {
  MappingTable table;
  ASSERT_TRUE(table.add(pages(0, 10), 0x100000, Access::Read));
  EXPECT_TRUE(table.remove(pages(3, 5)).empty());
  EXPECT_EQ(count_runs(table), 2u);
  EXPECT_EQ(table.find(2 * kPage)->address, PhysAddr{0x102000});
  EXPECT_FALSE(table.find(3 * kPage));
  EXPECT_FALSE(table.find(5 * kPage - 1));
  EXPECT_EQ(table.find(5 * kPage)->address, PhysAddr{0x105000});
}

TEST(MappingTable, KnowsWhetherThereIsAnythingInARange) {
  MappingTable table;
  ASSERT_TRUE(table.add(pages(10, 12), 0x5000, Access::Read));
  EXPECT_FALSE(table.has_any(pages(0, 10)));
  EXPECT_TRUE(table.has_any(pages(0, 11)));
  EXPECT_TRUE(table.has_any(pages(11, 12)));
  EXPECT_TRUE(table.has_any(pages(11, 20)));
  EXPECT_FALSE(table.has_any(pages(12, 20)));
}

TEST(MappingTable, ChangesTheAccessOfPartsAndJoinsWhatBecomesAlike) {
  MappingTable table;
  constexpr Access kBoth = Access::Read | Access::Write;
  ASSERT_TRUE(table.add(pages(0, 10), 0x100000, kBoth));
  ASSERT_TRUE(table.add(pages(12, 14), 0x400000, kBoth));
  ASSERT_TRUE(table.set_access(pages(3, 13), Access::Read));
  EXPECT_EQ(count_runs(table), 4u);
  EXPECT_EQ(table.find(2 * kPage)->access, kBoth);
  EXPECT_EQ(table.find(3 * kPage)->access, Access::Read);
  EXPECT_EQ(table.find(9 * kPage)->address, PhysAddr{0x109000});
  EXPECT_FALSE(table.find(10 * kPage));
  EXPECT_EQ(table.find(12 * kPage)->access, Access::Read);
  EXPECT_EQ(table.find(13 * kPage)->access, kBoth);
  ASSERT_TRUE(table.set_access(pages(0, 3), Access::Read));
  ASSERT_TRUE(table.set_access(pages(13, 20), Access::Read));
  EXPECT_EQ(count_runs(table), 2u);
  EXPECT_EQ(table.find(13 * kPage)->address, PhysAddr{0x401000});
  ASSERT_TRUE(table.set_access(pages(20, 30), kBoth));
  EXPECT_EQ(count_runs(table), 2u);
}

TEST(MappingTable, KnowsWhatARangeShows) {
  MappingTable table;
  ASSERT_TRUE(table.add(pages(10, 11), 0x5000, Access::Read));
  ASSERT_TRUE(table.add(pages(11, 12), 0x6000, Access::Write));
  ASSERT_TRUE(table.add(pages(13, 14), 0x8000, Access::Write));
  EXPECT_TRUE(table.shows(pages(10, 12), 0x5000));
  EXPECT_TRUE(table.shows(pages(11, 12), 0x6000));
  EXPECT_FALSE(table.shows(pages(10, 12), 0x6000));  // other memory
  EXPECT_FALSE(table.shows(pages(11, 14), 0x6000));  // a hole
  EXPECT_FALSE(table.shows(pages(9, 11), 0x4000));
  EXPECT_FALSE(table.shows(pages(13, 15), 0x8000));
}

TEST(MappingTable, ForgetsATailThatItHasNoMemoryFor) {
  MappingTable table;
  ASSERT_TRUE(table.add(pages(0, 10), 0x100000, Access::Read));
  sim::fail_allocation(1);
  const Range lost = table.remove(pages(3, 5));
  sim::fail_allocation(0);
  EXPECT_EQ(lost.start, 5 * kPage);
  EXPECT_EQ(lost.end, 10 * kPage);
  EXPECT_TRUE(table.find(2 * kPage));
  EXPECT_FALSE(table.find(5 * kPage));
}

// Every page's translation against a map, through thousands of changes.
TEST(MappingTable, AgreesWithAModel) {
  constexpr uint64_t kPages = 64;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    sim::Random random(seed);
    MappingTable table;
    std::map<uint64_t, hal::Translation> model;
    for (int step = 0; step < 500; ++step) {
      const uint64_t first = random.below(kPages);
      const uint64_t end = first + 1 + random.below(kPages - first);
      ASSERT_TRUE(table.remove(pages(first, end)).empty());
      for (uint64_t page = first; page < end; ++page) model.erase(page);
      if (random.below(3) != 0) {
        const uint64_t memory = (random.below(4) * kPages + first) * kPage;
        const Access access = random.below(2) == 0 ? Access::Read : Access::Write;
        ASSERT_TRUE(table.add(pages(first, end), memory, access));
        for (uint64_t page = first; page < end; ++page)
          model[page] = {PhysAddr{memory + (page - first) * kPage}, access};
      }
      if (random.below(3) == 0) {
        const uint64_t from = random.below(kPages);
        const uint64_t to = from + 1 + random.below(kPages - from);
        ASSERT_TRUE(table.set_access(pages(from, to), Access::Execute));
        for (auto it = model.lower_bound(from); it != model.end() && it->first < to; ++it)
          it->second.access = Access::Execute;
      }
      for (uint64_t page = 0; page < kPages; ++page) {
        const auto found = table.find(page * kPage);
        const auto expected = model.find(page);
        ASSERT_EQ(found.has_value(), expected != model.end()) << "seed " << seed;
        if (!found) continue;
        EXPECT_EQ(found->address, expected->second.address) << "seed " << seed;
        EXPECT_EQ(found->access, expected->second.access) << "seed " << seed;
      }
    }
  }
}

TEST(RangeSet, JoinsRangesThatTouch) {
  RangeSet set;
  EXPECT_TRUE(set.empty());
  set.add(pages(4, 6));
  set.add(pages(0, 2));
  set.add(pages(2, 4));
  ASSERT_EQ(set.end() - set.begin(), 1);
  EXPECT_EQ(set.begin()->start, 0u);
  EXPECT_EQ(set.begin()->end, 6 * kPage);
}

TEST(RangeSet, CoversEverythingAddedHoweverMuch) {
  sim::Random random(7);
  RangeSet set;
  std::vector<Range> added;
  for (int i = 0; i < 300; ++i) {
    const uint64_t first = random.below(10'000);
    added.push_back(pages(first, first + 1 + random.below(5)));
    set.add(added.back());
    uint64_t last_end = 0;
    for (const Range& range : set) {
      EXPECT_TRUE(range.start > last_end || &range == set.begin());
      last_end = range.end;
    }
    EXPECT_LE(set.end() - set.begin(), 16);
  }
  for (const Range& range : added) {
    bool covered = false;
    for (const Range& in_set : set)
      covered = covered || (in_set.start <= range.start && range.end <= in_set.end);
    EXPECT_TRUE(covered);
  }
}

}  // namespace
}  // namespace jacinth::host
