#include "vm/call_origin.h"

#include <gtest/gtest.h>

namespace jacinth::vm {
namespace {

constexpr VirtAddr kCode{0x5000};
constexpr uint64_t kBytes = 0x3000;

TEST(CallOrigin, IsAnywhereWithoutAGuard) {
  CallOrigin origin;
  EXPECT_TRUE(origin.allows(VirtAddr{0x10000}));
  EXPECT_TRUE(origin.allows_at_once(VirtAddr{0x7fff'ffff'0000}));
  EXPECT_EQ(origin.code(), 0u);
  ASSERT_TRUE(origin.begin_grant());
  origin.grant(kCode, kBytes);
  EXPECT_EQ(origin.code(), raw(kCode));
  EXPECT_TRUE(origin.allows(VirtAddr{0x10000}));
}

TEST(CallOrigin, IsNowhereUntilSomethingIsGranted) {
  CallOrigin origin;
  origin.guard();
  for (const uint64_t at :
       {uint64_t{0}, uint64_t{1}, uint64_t{0x10000}, uint64_t{0x7fff'ffff'f000}})
    EXPECT_FALSE(origin.allows(VirtAddr{at})) << at;
}

// What counts is the address behind the call.
TEST(CallOrigin, IsTheCodeThatIsGranted) {
  CallOrigin origin;
  origin.guard();
  ASSERT_TRUE(origin.begin_grant());
  origin.grant(kCode, kBytes);
  EXPECT_FALSE(origin.allows(kCode));
  EXPECT_TRUE(origin.allows(kCode + 1));
  EXPECT_TRUE(origin.allows(kCode + kBytes));
  EXPECT_FALSE(origin.allows(kCode + (kBytes + 1)));
  EXPECT_TRUE(origin.allows_at_once(kCode + 2));
}

TEST(CallOrigin, IsGrantedOnce) {
  CallOrigin origin;
  ASSERT_TRUE(origin.begin_grant());
  EXPECT_FALSE(origin.begin_grant());
  EXPECT_EQ(origin.code(), 0u);
  origin.give_up_grant();
  ASSERT_TRUE(origin.begin_grant());
  origin.grant(kCode, kBytes);
  EXPECT_FALSE(origin.begin_grant());
}

TEST(CallOrigin, SlowsCallsDownForGood) {
  CallOrigin early;
  early.guard();
  early.slow_down();
  ASSERT_TRUE(early.begin_grant());
  early.grant(kCode, kBytes);
  EXPECT_FALSE(early.allows_at_once(kCode + 1));
  EXPECT_TRUE(early.allows(kCode + 1));
  CallOrigin free;
  free.slow_down();
  EXPECT_FALSE(free.allows_at_once(kCode));
  EXPECT_TRUE(free.allows(kCode));
}

}  // namespace
}  // namespace jacinth::vm
