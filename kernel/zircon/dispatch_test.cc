#include "zircon/dispatch.h"

#include <gtest/gtest.h>

#include <array>

#include "vm/user_memory.h"
#include "zircon/call_description.h"
#include "zircon/syscall_numbers.h"

namespace jacinth::zircon {
namespace {

// Stands in for SyscallContext: remembers what a call was given.
struct Seen {
  uint64_t small = 0;
  int32_t negative = 0;
  bool flag = false;
  VirtAddr pointer{};
  Instant deadline{};
};

Result<> sys_takes_all(Seen& seen, uint16_t small, int32_t negative, bool flag,
                       vm::UserOut<uint32_t> pointer, Instant deadline) {
  seen = {small, negative, flag, pointer.address(), deadline};
  return fail(Status::BadState);
}
Result<int64_t> sys_counts(Seen&) { return 1LL << 40; }
Result<int64_t> sys_counts_not(Seen&) { return fail(Status::ShouldWait); }
void sys_ends(Seen& seen) { seen.flag = true; }
exec::Eventually<Status> sys_waits(Seen&, VirtAddr) { return Status::TimedOut; }

using Registers = std::array<uint64_t, kMaxSyscallArguments>;

template <auto kFunction>
int64_t call(Seen& seen, const Registers& registers = {}) {
  return detail::Call<kFunction>::finish(seen, registers);
}

TEST(Dispatch, TruncatesArgumentsToTheirTypes) {
  Seen seen;
  call<&sys_takes_all>(seen, {0xdeadbeef00011234, 0xffffffff80000000, 0xff00, 0x1000, ~0ull});
  EXPECT_EQ(seen.small, 0x1234u);
  EXPECT_EQ(seen.negative, INT32_MIN);
  EXPECT_FALSE(seen.flag) << "a bool is one byte";
  EXPECT_EQ(seen.pointer, VirtAddr{0x1000});
  EXPECT_EQ(seen.deadline, Instant{-1});
  call<&sys_takes_all>(seen, {0, 0, 0xff02, 0, 0});
  EXPECT_TRUE(seen.flag);
}

TEST(Dispatch, ResultsFillTheWholeRegister) {
  Seen seen;
  EXPECT_EQ(call<&sys_takes_all>(seen), -20) << "statuses are sign-extended";
  EXPECT_EQ(call<&sys_counts>(seen), 1LL << 40);
  EXPECT_EQ(call<&sys_counts_not>(seen), -22);
  EXPECT_EQ(call<&sys_ends>(seen), 0);
  EXPECT_TRUE(seen.flag);
}

TEST(Dispatch, BlockingCallsKeepTheirTask) {
  using Waits = detail::Call<&sys_waits>;
  Seen seen;
  auto outcome = Waits::invoke(seen, Registers{});
  ASSERT_TRUE(outcome.ready());
  EXPECT_EQ(outcome.value(), Status::TimedOut);
  EXPECT_EQ(Waits::kArgumentCount, 1);
}

TEST(Dispatch, EveryPublicNumberHasExactlyOneWayIn) {
  for (uint64_t number = 0; number < 167; ++number) {
    const SyscallEntry* entry = find_syscall(number);
    ASSERT_NE(entry, nullptr) << number;
    EXPECT_NE(entry->plain == nullptr, entry->blocking == nullptr) << number;
    const CallDescription* description = describe_syscall(number);
    ASSERT_NE(description, nullptr) << number;
    EXPECT_EQ(description->argument_count, entry->argument_count) << description->name;
  }
}

TEST(Dispatch, OtherNumbersAreNoCalls) {
  EXPECT_EQ(find_syscall(167), nullptr);
  EXPECT_EQ(find_syscall(199), nullptr);
  EXPECT_NE(find_syscall(number::kFutexWakeHandleCloseThreadExit), nullptr);
  EXPECT_NE(find_syscall(number::kVmarUnmapHandleCloseThreadExit), nullptr);
  EXPECT_EQ(find_syscall(202), nullptr);
  EXPECT_EQ(find_syscall(0xff00ff0000000010), nullptr) << "the upper half counts";
  EXPECT_EQ(find_syscall(0x80000000), nullptr);
  EXPECT_EQ(describe_syscall(167), nullptr);
  EXPECT_EQ(describe_syscall(~0ull), nullptr);
}

TEST(CallDescription, TellsHowToReadArguments) {
  const CallDescription* read = describe_syscall(number::kChannelRead);
  ASSERT_NE(read, nullptr);
  EXPECT_STREQ(read->name, "channel_read");
  EXPECT_EQ(read->result, ResultKind::Status);
  ASSERT_EQ(read->argument_count, 8);
  EXPECT_EQ(read->arguments[0].kind, ArgumentKind::Handle);
  EXPECT_STREQ(read->arguments[3].name(), "handles");
  EXPECT_EQ(read->arguments[3].kind, ArgumentKind::OutPointer);
  EXPECT_EQ(read->arguments[3].length_argument, 5);
  EXPECT_EQ(describe_syscall(number::kDebugWrite)->arguments[0].kind, ArgumentKind::Text);
  EXPECT_EQ(describe_syscall(number::kThreadExit)->result, ResultKind::Never);
}

}  // namespace
}  // namespace jacinth::zircon
