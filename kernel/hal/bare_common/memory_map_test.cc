#include "hal/bare_common/memory_map.h"

#include <gtest/gtest.h>

#include <bitset>
#include <utility>
#include <vector>

#include "hal/sim/random.h"

namespace jacinth::hal {
namespace {

constexpr uint64_t kPage = kPageSize;
constexpr PhysAddr page(uint64_t number) { return PhysAddr{number * kPage}; }

// The ranges as page numbers [first, end).
using Pages = std::vector<std::pair<uint64_t, uint64_t>>;
Pages pages_of(const MemoryMap& map) {
  Pages pages;
  for (const RamRange& range : map.ranges())
    pages.emplace_back(raw(range.base) / kPage, (raw(range.base) + range.bytes) / kPage);
  return pages;
}

TEST(MemoryMap, KeepsRangesInOrderAndJoinsThem) {
  MemoryMap map;
  map.add(page(20), 5 * kPage);
  map.add(page(2), 3 * kPage);
  EXPECT_EQ(pages_of(map), (Pages{{2, 5}, {20, 25}}));
  map.add(page(5), kPage);
  map.add(page(19), kPage);
  EXPECT_EQ(pages_of(map), (Pages{{2, 6}, {19, 25}}));
  map.add(page(4), 30 * kPage);
  EXPECT_EQ(pages_of(map), (Pages{{2, 34}}));
}

TEST(MemoryMap, CountsOnlyWholePagesAsRam) {
  MemoryMap map;
  map.add(page(1) + 1, 3 * kPage);
  EXPECT_EQ(pages_of(map), (Pages{{2, 4}}));
  map.add(page(10) + 1, kPage);
  map.add(page(12), 0);
  EXPECT_EQ(pages_of(map), (Pages{{2, 4}}));
}

TEST(MemoryMap, ReservesEveryPageThatIsTouched) {
  MemoryMap map;
  map.add(page(0), 10 * kPage);
  map.reserve(page(3) + (kPage - 1), 2);
  EXPECT_EQ(pages_of(map), (Pages{{0, 3}, {5, 10}}));
  map.reserve(page(7), 0);
  map.reserve(page(9), 100 * kPage);
  map.reserve(page(2), kPage + 1);
  EXPECT_EQ(pages_of(map), (Pages{{0, 2}, {5, 9}}));
}

TEST(MemoryMap, DoesNotWrapAtTheEndOfTheAddresses) {
  MemoryMap map;
  map.add(page(8), ~uint64_t{0});
  EXPECT_EQ(pages_of(map), (Pages{{8, ~uint64_t{0} / kPage}}));
  map.reserve(page(16), ~uint64_t{0});
  EXPECT_EQ(pages_of(map), (Pages{{8, 16}}));
  map.add(PhysAddr{~uint64_t{0}}, ~uint64_t{0});
  map.reserve(PhysAddr{~uint64_t{0}}, ~uint64_t{0});
  map.limit(page(12));
  EXPECT_EQ(pages_of(map), (Pages{{8, 12}}));
}

TEST(MemoryMap, TakesFromTheLowestRangeThatFits) {
  MemoryMap map;
  map.add(page(1), 2 * kPage);
  map.add(page(9), 20 * kPage);
  EXPECT_EQ(map.take(2 * kPage + 1), page(9));
  EXPECT_EQ(map.take(1), page(1));
  EXPECT_EQ(map.take(2 * kPage, 8 * kPage), page(16));
  EXPECT_EQ(pages_of(map), (Pages{{2, 3}, {12, 16}, {18, 29}}));
  EXPECT_EQ(map.take(12 * kPage), std::nullopt);
  EXPECT_EQ(map.take(0), std::nullopt);
  EXPECT_EQ(map.take(~uint64_t{0}), std::nullopt);
  EXPECT_EQ(map.take(kPage, uint64_t{1} << 63), std::nullopt);
}

TEST(MemoryMap, GivesUpTheSmallestOfTooManyRanges) {
  MemoryMap map;
  for (uint64_t i = 0; i < MemoryMap::kMostRanges; ++i) map.add(page(100 * i), (10 + i) * kPage);
  map.add(page(5000), kPage);
  EXPECT_EQ(map.ranges().size(), MemoryMap::kMostRanges);
  EXPECT_EQ(pages_of(map).back(), (std::pair<uint64_t, uint64_t>{1500, 1525}));
  map.reserve(page(1510), kPage);  // 10 and 14 pages; of the two with 10, one goes
  EXPECT_EQ(map.ranges().size(), MemoryMap::kMostRanges);
  EXPECT_EQ(pages_of(map).back(), (std::pair<uint64_t, uint64_t>{1511, 1525}));
}

TEST(MemoryMap, AgreesWithASetOfPages) {
  constexpr size_t kPages = 60;
  sim::Random random(7);
  for (int round = 0; round < 200; ++round) {
    MemoryMap map;
    std::bitset<kPages> model;
    for (int step = 0; step < 12; ++step) {
      const uint64_t first = random.below(kPages);
      const uint64_t count = random.below(kPages - first);
      const bool add = random.below(2) == 0;
      for (uint64_t i = first; i < first + count; ++i) model[i] = add;
      add ? map.add(page(first), count * kPage) : map.reserve(page(first), count * kPage);
      std::bitset<kPages> known;
      for (const auto& [start, end] : pages_of(map))
        for (uint64_t i = start; i < end; ++i) known[i] = true;
      ASSERT_EQ(known, model) << "round " << round << " step " << step;
    }
  }
}

}  // namespace
}  // namespace jacinth::hal
