// libzircon's two x86-64 forms, run as they are, with a fake kernel behind them.
#include <gtest/gtest.h>

#include <string>

#include "test/loaded_vdso.h"
#include "zircon/syscall_numbers.h"

namespace jacinth::vdso {
namespace {

namespace number = zircon::number;

class OneForm : public ::testing::Test {
 protected:
  explicit OneForm(LoadedVdso::Form form) : loaded_(LoadedVdso::get(form)) {}
  void SetUp() override {
    fake_kernel.calls.clear();
    fake_kernel.results.clear();
    constants() = {.max_num_cpus = 3,
                   .cpu_features = 1,
                   .hw_breakpoint_count = 4,
                   .hw_watchpoint_count = 2,
                   .dcache_line_size = 64,
                   .icache_line_size = 32,
                   .ticks_per_second = 1'000'000'000,
                   .ticks_to_mono_numerator = 1,
                   .ticks_to_mono_denominator = 1,
                   .physmem = 1u << 30,
                   .version_string_len = 5,
                   .version_string = "git-1"};
  }

  LoadedVdso& vdso() { return loaded_; }
  Constants& constants() { return loaded_.constants(); }

  std::vector<MadeCall>& made_calls = fake_kernel.calls;
  std::deque<int64_t>& results = fake_kernel.results;

 private:
  LoadedVdso& loaded_;
};

struct CallForm : OneForm {
  CallForm() : OneForm(LoadedVdso::Form::Call) {}
};
struct TrapForm : OneForm {
  TrapForm() : OneForm(LoadedVdso::Form::Trap) {}
};
// What is the same in both.
struct Vdso : OneForm, ::testing::WithParamInterface<LoadedVdso::Form> {
  Vdso() : OneForm(GetParam()) {}
};

INSTANTIATE_TEST_SUITE_P(Forms, Vdso,
                         ::testing::Values(LoadedVdso::Form::Call, LoadedVdso::Form::Trap),
                         [](const auto& test) {
                           return test.param == LoadedVdso::Form::Call ? "Call" : "Trap";
                         });

// The function of that name in the tested image, as <zircon/syscalls.h> declares it.
#define CALL(name) reinterpret_cast<decltype(&zx_##name)>(vdso().find("zx_" #name))

TEST_P(Vdso, StubsCarryNumberAndEightArguments) {
  results = {ZX_ERR_BUFFER_TOO_SMALL};
  uint32_t actual = 0;
  zx_handle_t handles[1];
  EXPECT_EQ(CALL(channel_read)(0x11, 0x22, &actual, handles, 33, 44, &actual, nullptr),
            ZX_ERR_BUFFER_TOO_SMALL);
  ASSERT_EQ(made_calls.size(), 1u);
  const auto address = reinterpret_cast<uint64_t>(&actual);
  const auto handles_address = reinterpret_cast<uint64_t>(handles);
  EXPECT_EQ(made_calls[0].number, number::kChannelRead);
  EXPECT_EQ(made_calls[0].arguments[0] & 0xffffffff, 0x11u);
  EXPECT_EQ(made_calls[0].arguments[2], address);
  EXPECT_EQ(made_calls[0].arguments[3], handles_address);
  EXPECT_EQ(made_calls[0].arguments[5] & 0xffffffff, 44u);
  EXPECT_EQ(made_calls[0].arguments[6], address);
  EXPECT_EQ(made_calls[0].arguments[7], 0u);
}

TEST_P(Vdso, BlockingCallsAreRepeatedWhileInterrupted) {
  results = {ZX_ERR_INTERNAL_INTR_RETRY, ZX_ERR_INTERNAL_INTR_RETRY, ZX_ERR_TIMED_OUT};
  EXPECT_EQ(CALL(object_wait_one)(7, 1, 123, nullptr), ZX_ERR_TIMED_OUT);
  ASSERT_EQ(made_calls.size(), 3u);
  for (const MadeCall& call : made_calls) {
    EXPECT_EQ(call.number, number::kObjectWaitOne);
    EXPECT_EQ(call.arguments[2], 123u) << "the deadline is absolute and stays";
  }
}

TEST_P(Vdso, OtherCallsAreNotRepeated) {
  results = {ZX_ERR_INTERNAL_INTR_RETRY};
  EXPECT_EQ(CALL(handle_close)(7), ZX_ERR_INTERNAL_INTR_RETRY);
  EXPECT_EQ(made_calls.size(), 1u);
}

TEST_P(Vdso, AnInterruptedChannelCallIsFinishedAndNotSentAgain) {
  results = {ZX_ERR_INTERNAL_INTR_RETRY, ZX_ERR_INTERNAL_INTR_RETRY, ZX_OK};
  zx_channel_call_args_t args{};
  uint32_t bytes = 0;
  uint32_t handles = 0;
  EXPECT_EQ(CALL(channel_call)(9, 0, 456, &args, &bytes, &handles), ZX_OK);
  ASSERT_EQ(made_calls.size(), 3u);
  EXPECT_EQ(made_calls[0].number, number::kChannelCallNoretry);
  EXPECT_EQ(made_calls[1].number, number::kChannelCallFinish);
  EXPECT_EQ(made_calls[2].number, number::kChannelCallFinish);
  EXPECT_EQ(made_calls[2].arguments[0], 456u);
  EXPECT_EQ(made_calls[2].arguments[1], reinterpret_cast<uint64_t>(&args));
}

TEST_P(Vdso, RandomBytesAreDrawnInPieces) {
  std::array<char, 600> buffer;
  CALL(cprng_draw)(buffer.data(), buffer.size());
  ASSERT_EQ(made_calls.size(), 3u);
  EXPECT_EQ(made_calls[0].number, number::kCprngDrawOnce);
  EXPECT_EQ(made_calls[1].arguments[0], reinterpret_cast<uint64_t>(buffer.data() + 256));
  EXPECT_EQ(made_calls[2].arguments[1], 88u);
  made_calls.clear();
  CALL(cprng_draw)(buffer.data(), 0);
  EXPECT_TRUE(made_calls.empty());
}

// Single calls, for the kernel would otherwise return through a stack that is gone.
TEST_F(CallForm, EndsThreadsWithNumbersOfTheirOwn) {
  auto* unmap = CALL(vmar_unmap_handle_close_thread_exit);
  results = {ZX_ERR_ACCESS_DENIED};
  EXPECT_EQ(unmap(1, 0x1000, 0x2000, 4), ZX_ERR_ACCESS_DENIED);
  ASSERT_EQ(made_calls.size(), 1u);
  EXPECT_EQ(made_calls[0].number, 201u);
  EXPECT_EQ(made_calls[0].arguments[2], 0x2000u);
  zx_futex_t futex = 1;
  auto* wake = CALL(futex_wake_handle_close_thread_exit);
  if (setjmp(fake_kernel.thread_exit) == 0) wake(&futex, 5, 77, 0xabc);
  ASSERT_EQ(made_calls.size(), 2u);
  EXPECT_EQ(made_calls[1].number, 200u);
  EXPECT_EQ(made_calls[1].arguments[3], 0xabcu);
}

TEST_F(TrapForm, FutexWakeEndsTheThreadInThreeCalls) {
  zx_futex_t futex = 1;
  const zx_futex_t* address = &futex;
  auto* wake = CALL(futex_wake_handle_close_thread_exit);
  if (setjmp(fake_kernel.thread_exit) == 0) wake(&futex, 5, 77, 0xabc);
  EXPECT_EQ(futex, 77);
  ASSERT_EQ(made_calls.size(), 3u);
  EXPECT_EQ(made_calls[0].number, number::kFutexWake);
  EXPECT_EQ(made_calls[0].arguments[0], reinterpret_cast<uint64_t>(address));
  EXPECT_EQ(made_calls[0].arguments[1], 5u);
  EXPECT_EQ(made_calls[1].number, number::kHandleClose);
  EXPECT_EQ(made_calls[1].arguments[0], 0xabcu);
  EXPECT_EQ(made_calls[2].number, number::kThreadExit);
}

TEST_F(TrapForm, UnmappingTheStackReturnsOnlyWhenItFails) {
  auto* unmap = CALL(vmar_unmap_handle_close_thread_exit);
  results = {ZX_ERR_BAD_STATE};
  EXPECT_EQ(unmap(1, 0x1000, 0x2000, 4), ZX_ERR_BAD_STATE);
  EXPECT_EQ(made_calls.size(), 1u);
  made_calls.clear();
  if (setjmp(fake_kernel.thread_exit) == 0) static_cast<void>(unmap(1, 0x1000, 0x2000, 4));
  ASSERT_EQ(made_calls.size(), 3u);
  EXPECT_EQ(made_calls[0].number, number::kVmarUnmap);
  EXPECT_EQ(made_calls[0].arguments[2], 0x2000u);
  EXPECT_EQ(made_calls[1].arguments[0], 4u);
  EXPECT_EQ(made_calls[2].number, number::kThreadExit);
}

TEST_P(Vdso, ClockIsTicksTimesRatioAndStaysInUserMode) {
  auto* ticks_get = CALL(ticks_get);
  auto* clock_get_monotonic = CALL(clock_get_monotonic);
  const zx_ticks_t before = ticks_get();
  const zx_time_t now = clock_get_monotonic();
  const zx_ticks_t after = ticks_get();
  EXPECT_LE(before, now);
  EXPECT_LE(now, after);
  // A ratio whose product with the ticks needs more than 64 bits.
  constants().ticks_to_mono_numerator = 4'000'000'000;
  constants().ticks_to_mono_denominator = 2'000'000'000;
  EXPECT_GE(clock_get_monotonic(), 2 * after);
  EXPECT_TRUE(made_calls.empty());
  EXPECT_EQ(CALL(ticks_per_second)(), 1'000'000'000);
}

TEST_P(Vdso, TheKernelIsAskedWhereTicksCannotBeRead) {
  constants().ticks_to_mono_numerator = 0;
  results = {5'000'000'000, 6'000'000'000};
  EXPECT_EQ(CALL(ticks_get)(), 5'000'000'000);
  EXPECT_EQ(CALL(clock_get_monotonic)(), 6'000'000'000);
  ASSERT_EQ(made_calls.size(), 2u);
  EXPECT_EQ(made_calls[0].number, number::kTicksGetViaKernel);
  EXPECT_EQ(made_calls[1].number, number::kClockGetMonotonicViaKernel);
}

TEST_P(Vdso, DeadlinesSaturate) {
  auto* deadline_after = CALL(deadline_after);
  constants().ticks_to_mono_numerator = 0;
  results = {1000, 1000, 1000, -1000};
  EXPECT_EQ(deadline_after(500), 1500);
  EXPECT_EQ(deadline_after(ZX_TIME_INFINITE), ZX_TIME_INFINITE);
  EXPECT_EQ(deadline_after(ZX_TIME_INFINITE_PAST), ZX_TIME_INFINITE_PAST + 1000);
  EXPECT_EQ(deadline_after(ZX_TIME_INFINITE_PAST), ZX_TIME_INFINITE_PAST);
}

TEST_P(Vdso, TellsTheConstants) {
  EXPECT_EQ(CALL(system_get_num_cpus)(), 3u);
  EXPECT_EQ(CALL(system_get_physmem)(), 1u << 30);
  EXPECT_EQ(CALL(system_get_dcache_line_size)(), 64u);
  auto* system_get_features = CALL(system_get_features);
  uint32_t features = 0;
  EXPECT_EQ(system_get_features(ZX_FEATURE_KIND_CPU, &features), ZX_OK);
  EXPECT_EQ(features, 1u);
  EXPECT_EQ(system_get_features(ZX_FEATURE_KIND_HW_BREAKPOINT_COUNT, &features), ZX_OK);
  EXPECT_EQ(features, 4u);
  EXPECT_EQ(system_get_features(ZX_FEATURE_KIND_HW_WATCHPOINT_COUNT, &features), ZX_OK);
  EXPECT_EQ(features, 2u);
  EXPECT_EQ(system_get_features(3, &features), ZX_ERR_NOT_SUPPORTED);
}

TEST_P(Vdso, TellsTheVersion) {
  const zx_string_view_t view = CALL(system_get_version_string)();
  EXPECT_EQ(std::string(view.c_str, view.length), "git-1");
  auto* system_get_version = CALL(system_get_version);
  char version[8] = {};
  EXPECT_EQ(system_get_version(version, 5), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(system_get_version(version, 6), ZX_OK);
  EXPECT_STREQ(version, "git-1");
  EXPECT_EQ(system_get_version(nullptr, 6), ZX_ERR_INVALID_ARGS);
}

TEST_P(Vdso, NamesStatusesAndExceptions) {
  auto* status_get_string = CALL(status_get_string);
  EXPECT_STREQ(status_get_string(ZX_OK), "ZX_OK");
  EXPECT_STREQ(status_get_string(ZX_ERR_PROTOCOL_NOT_SUPPORTED), "ZX_ERR_PROTOCOL_NOT_SUPPORTED");
  EXPECT_STREQ(status_get_string(ZX_ERR_CONNECTION_ABORTED), "ZX_ERR_CONNECTION_ABORTED");
  EXPECT_STREQ(status_get_string(-5), "(UNKNOWN)");
  EXPECT_STREQ(status_get_string(1), "(UNKNOWN)");
  auto* exception_get_string = CALL(exception_get_string);
  EXPECT_STREQ(exception_get_string(ZX_EXCP_PROCESS_STARTING), "ZX_EXCP_PROCESS_STARTING");
  EXPECT_STREQ(exception_get_string(0), "(UNKNOWN)");
}

TEST_P(Vdso, ChecksCacheFlushOptions) {
  auto* cache_flush = CALL(cache_flush);
  for (uint32_t good : {1u, 2u, 3u, 6u, 7u})
    EXPECT_EQ(cache_flush(nullptr, 0, good), ZX_OK) << good;
  for (uint32_t bad : {0u, 4u, 5u, 8u, 9u})
    EXPECT_EQ(cache_flush(nullptr, 0, bad), ZX_ERR_INVALID_ARGS) << bad;
}

TEST_P(Vdso, TheTestWrapperChecksOnBothSidesOfTheCall) {
  auto* wrapper = CALL(syscall_test_wrapper);
  EXPECT_EQ(wrapper(1, -1, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_TRUE(made_calls.empty());
  results = {50, 51};
  EXPECT_EQ(wrapper(20, 20, 10), 50);
  EXPECT_EQ(wrapper(20, 20, 11), ZX_ERR_OUT_OF_RANGE);
}

}  // namespace
}  // namespace jacinth::vdso
