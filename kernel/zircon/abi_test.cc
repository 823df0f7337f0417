// The kernel's own constants against the public headers: two spellings of one ABI.
#include <gtest/gtest.h>
#include <zircon/syscall_structs.h>

#include "base/status.h"
#include "object/types.h"

namespace jacinth::zircon {
namespace {

#define ZX_ERR_OK ZX_OK
#define JACINTH_SAME_STATUS(name, zx, value) static_assert(ZX_ERR_##zx == value);
JACINTH_STATUS_LIST(JACINTH_SAME_STATUS)
#undef JACINTH_SAME_STATUS
#undef ZX_ERR_OK

TEST(ZirconAbi, ObjectTypes) {
  EXPECT_EQ(static_cast<uint32_t>(ObjectType::Process), ZX_OBJ_TYPE_PROCESS);
  EXPECT_EQ(static_cast<uint32_t>(ObjectType::DebugLog), ZX_OBJ_TYPE_LOG);
  EXPECT_EQ(static_cast<uint32_t>(ObjectType::EventPair), ZX_OBJ_TYPE_EVENTPAIR);
  EXPECT_EQ(static_cast<uint32_t>(ObjectType::MsiInterrupt), ZX_OBJ_TYPE_MSI_INTERRUPT);
  EXPECT_EQ(kObjectTypeCount, ZX_OBJ_TYPE_UPPER_BOUND);
}

TEST(ZirconAbi, Rights) {
  EXPECT_EQ(rights::kBasic, ZX_RIGHTS_BASIC);
  EXPECT_EQ(rights::kBasic, 0xc003u);
  EXPECT_EQ(rights::kIo, ZX_RIGHTS_IO);
  EXPECT_EQ(rights::kProperty, ZX_RIGHTS_PROPERTY);
  EXPECT_EQ(rights::kPolicy, ZX_RIGHTS_POLICY);
  EXPECT_EQ(rights::kApplyProfile, ZX_RIGHT_APPLY_PROFILE);
  EXPECT_EQ(rights::kSame, ZX_RIGHT_SAME_RIGHTS);
}

TEST(ZirconAbi, Signals) {
  EXPECT_EQ(signals::kHandleClosed, ZX_SIGNAL_HANDLE_CLOSED);
  EXPECT_EQ(signals::kUserAll, ZX_USER_SIGNAL_ALL);
  EXPECT_EQ(signals::kSocketWriteThreshold, ZX_SOCKET_WRITE_THRESHOLD);
  EXPECT_EQ(signals::kThreadSuspended, ZX_THREAD_SUSPENDED);
  EXPECT_EQ(signals::kTaskTerminated, ZX_TASK_TERMINATED);
  EXPECT_EQ(signals::kClockStarted, ZX_CLOCK_STARTED);
}

}  // namespace
}  // namespace jacinth::zircon
