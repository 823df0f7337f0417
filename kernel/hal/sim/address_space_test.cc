#include "hal/address_space.h"

#include <gtest/gtest.h>

#include "hal/sim/machine.h"
#include "hal/user.h"

namespace jacinth::hal {
namespace {

constexpr VirtAddr kAt{0x40'0000};
constexpr Access kReadWrite = Access::Read | Access::Write;

class SimAddressSpace : public testing::Test {
 protected:
  PhysAddr page(uint64_t index) { return ram_ranges()[0].base + index * kPageSize; }
  void map(uint64_t first, size_t pages, Access access) {
    ASSERT_TRUE(
        space->map(kAt + first * kPageSize, page(first), pages, access, CachePolicy::Cached));
  }
  ~SimAddressSpace() override { activate_kernel_only(); }

  sim::Machine machine;
  RefPtr<AddressSpace> space = AddressSpace::create().value();
};

TEST_F(SimAddressSpace, QueryFindsWhatIsMapped) {
  map(0, 3, kReadWrite);
  const auto found = space->query(kAt + 2 * kPageSize + 5);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->address, page(2) + 5);
  EXPECT_EQ(found->access, kReadWrite);
  EXPECT_FALSE(space->query(kAt + 3 * kPageSize));
}

TEST_F(SimAddressSpace, UnmapAndProtectActOnTheirRangeOnly) {
  map(0, 4, kReadWrite);
  space->unmap(kAt + kPageSize, 1);
  space->protect(kAt, 3, Access::Read);
  EXPECT_EQ(space->query(kAt)->access, Access::Read);
  EXPECT_FALSE(space->query(kAt + kPageSize));
  EXPECT_EQ(space->query(kAt + 2 * kPageSize)->access, Access::Read);
  EXPECT_EQ(space->query(kAt + 3 * kPageSize)->access, kReadWrite);
}

TEST_F(SimAddressSpace, CopiesStopAtTheFirstByteThatMayNotBeReached) {
  map(0, 2, kReadWrite);
  map(2, 1, Access::Read);
  space->activate();
  std::vector<char> data(4 * kPageSize, 'x');
  EXPECT_EQ(copy_to_user(kAt + 100, data.data(), data.size()), 2 * kPageSize - 100);
  EXPECT_EQ(copy_from_user(data.data(), kAt + 100, data.size()), 3 * kPageSize - 100);
  EXPECT_EQ(data[0], 'x');
  EXPECT_EQ(data[2 * kPageSize - 100], 0);
}

TEST_F(SimAddressSpace, CopiesWithoutASpaceOrOutsideTheUserRangeCopyNothing) {
  char byte = 0;
  EXPECT_EQ(copy_from_user(&byte, kAt, 1), 0u);
  map(0, 1, kReadWrite);
  space->activate();
  EXPECT_EQ(copy_from_user(&byte, kAt, 1), 1u);
  EXPECT_EQ(copy_from_user(&byte, VirtAddr{0}, 1), 0u);
  EXPECT_EQ(copy_from_user(&byte, VirtAddr{~uint64_t{0}}, 1), 0u);
  EXPECT_EQ(copy_from_user(&byte, kAt, ~size_t{0}), 0u);
}

TEST_F(SimAddressSpace, WordLoadsMustBeAligned) {
  map(0, 1, kReadWrite);
  space->activate();
  const uint32_t written = 0xcafe;
  ASSERT_EQ(copy_to_user(kAt + 8, &written, sizeof(written)), sizeof(written));
  uint32_t seen = 0;
  EXPECT_TRUE(load_user_u32(kAt + 8, &seen));
  EXPECT_EQ(seen, written);
  EXPECT_FALSE(load_user_u32(kAt + 9, &seen));
  EXPECT_FALSE(load_user_u32(kAt + kPageSize, &seen));
}

}  // namespace
}  // namespace jacinth::hal
