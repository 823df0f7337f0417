#include "base/errno.h"

#include <gtest/gtest.h>

#include <cstring>

#include "exec/task.h"

namespace jacinth {
namespace {

TEST(Errno, NumbersAreThoseOfTheHost){
#define JACINTH_ERRNO_CHECK(name, text, value)  \
  if (value < 512) {                            \
    EXPECT_STREQ(strerrorname_np(value), text); \
  }
    JACINTH_ERRNO_LIST(JACINTH_ERRNO_CHECK)
#undef JACINTH_ERRNO_CHECK
}

TEST(Errno, Names) {
  EXPECT_STREQ(errno_name(Errno::NOENT), "ENOENT");
  EXPECT_STREQ(errno_name(Errno::TOOBIG), "E2BIG");
  EXPECT_STREQ(errno_name(static_cast<Errno>(41)), "UNKNOWN");
}

ErrnoOr<int> twice(ErrnoOr<int> value) {
  return TRY(std::move(value))
  *2;
}

TEST(Errno, TryPassesItOn) {
  EXPECT_EQ(twice(4).value(), 8);
  EXPECT_EQ(twice(fail(Errno::PERM)).error(), Errno::PERM);
}

TEST(Errno, StatusesBecomeErrnos) {
  EXPECT_EQ(to_errno(Result<int>(3)).value(), 3);
  EXPECT_EQ(to_errno(Result<>(fail(Status::NoMemory))).error(), Errno::NOMEM);
  EXPECT_EQ(to_errno(Status::InternalIntrRetry), Errno::RESTARTSYS);
  EXPECT_EQ(to_errno(Status::IoDataLoss), Errno::IO);
}

TEST(Errno, MissingFramesSayNoMemory) {
  EXPECT_EQ(NoMemoryFor<ErrnoOr<int>>::value().error(), Errno::NOMEM);
  EXPECT_EQ(NoMemoryFor<Status>::value(), Status::NoMemory);
  EXPECT_EQ(NoMemoryFor<Result<int>>::value().error(), Status::NoMemory);
}

}  // namespace
}  // namespace jacinth
