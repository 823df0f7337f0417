#include "linux/task/child_status.h"

#include <gtest/gtest.h>

#include "abi/linux/constants.h"
#include "abi/linux/ptrace.h"

namespace jacinth::linux {
namespace {

TEST(ChildStatus, AnEndComesBackAsItWas) {
  for (const int32_t status : {0, 7 << 8, 255 << 8, int32_t{kSigTerm}, int32_t{kSigKill}}) {
    ChildStatus child;
    child.set_end(status);
    EXPECT_EQ(child.wait_status(), status);
    EXPECT_EQ(child.code,
              (status & 0x7f) == 0 ? signal_code::kChildExited : signal_code::kChildKilled);
  }
}

TEST(ChildStatus, StopsTellTheirSignalAndTracedOnesTheirEvent) {
  EXPECT_EQ((ChildStatus{.code = signal_code::kChildStopped, .status = kSigStop}.wait_status()),
            kSigStop << 8 | 0x7f);
  EXPECT_EQ((ChildStatus{.code = signal_code::kChildContinued}.wait_status()), 0xffff);
  const ChildStatus traced{.code = signal_code::kChildTrapped,
                           .status = kSigTrap | ptrace::kEventExec << 8};
  EXPECT_EQ(traced.wait_status(), int32_t{ptrace::kEventExec} << 16 | kSigTrap << 8 | 0x7f);
}

}  // namespace
}  // namespace jacinth::linux
