// System calls as no vDSO makes them: numbers that do not exist, and the halves of channel_call.
#include <zircon/syscalls/channel.h>

#include <cstring>

#include "arch.h"
#include "child.h"
#include "exception.h"
#include "paged.h"
#include "support.h"

namespace core {
namespace {

constexpr uint64_t kChannelCallNoretry = 8;
constexpr uint64_t kChannelCallFinish = 9;
constexpr uint64_t kTest0 = 118;
constexpr uint64_t kClockGetMonotonicViaKernel = 12;
constexpr uint64_t kCprngDrawOnce = 17;
constexpr uint64_t kTicksGetViaKernel = 63;

// Maps the vDSO's code, and a page before it whose last instruction is a call: the address of that.
zx_vaddr_t place_call_before_vdso(const BareProcess& process) {
  const zx_handle_t vdso = user::startup().handle(PA_VMO_VDSO);
  uint64_t size = 0;
  EXPECT_OK(zx_vmo_get_size(vdso, &size));
  zx_handle_t region = ZX_HANDLE_INVALID;
  zx_vaddr_t base = 0;
  constexpr zx_vm_option_t kOptions =
      ZX_VM_CAN_MAP_SPECIFIC | ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_EXECUTE;
  EXPECT_OK(zx_vmar_allocate(process.vmar.get(), kOptions, 0, size + kPage, &region, &base));
  const Handle vmar(region);

  Handle code = make_vmo(kPage);
  const std::span<const unsigned char> call = call_instruction();
  EXPECT_OK(zx_vmo_write(code.get(), call.data(), kPage - call.size(), call.size()));
  Handle executable;
  EXPECT_OK(zx_vmo_replace_as_executable(code.release(), ZX_HANDLE_INVALID, executable.out()));
  constexpr zx_vm_option_t kExecute = ZX_VM_SPECIFIC | ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE;
  zx_vaddr_t at = 0;
  EXPECT_OK(zx_vmar_map(vmar.get(), kExecute, 0, executable.get(), 0, kPage, &at));
  // Its code is from some page on to the end: mapping from any other page is refused.
  zx_status_t mapped = ZX_ERR_ACCESS_DENIED;
  for (uint64_t start = 0; mapped == ZX_ERR_ACCESS_DENIED && start < size; start += kPage)
    mapped = zx_vmar_map(vmar.get(), kExecute, kPage, vdso, start, size - start, &at);
  EXPECT_OK(mapped);
  return base + kPage - call.size();
}

// --- Numbers

CHILD(calls_past_the_table) { raw_syscall(167); }
CHILD(calls_a_negative_number) { raw_syscall(0x80000000); }
CHILD(calls_with_high_bits) { raw_syscall(0xff00ff0000000010); }

TEST(bad_calls, unknown_numbers_end_the_process) {
  for (const char* child :
       {"calls_past_the_table", "calls_a_negative_number", "calls_with_high_bits"})
    EXPECT_EQ(Child(child).exit_code(), ZX_TASK_RETCODE_EXCEPTION_KILL);
}

CHILD(looks_at_the_result_of_a_bad_call) {
  await_parent();
  EXPECT_EQ(raw_syscall(5000), ZX_ERR_BAD_SYSCALL);
}

TEST(bad_calls, unknown_number_is_an_exception_that_can_be_handled) {
  expect_handled_policy_exception(Child("looks_at_the_result_of_a_bad_call"));
}

// --- Code that may not call

CHILD(calls_from_its_own_code) { syscall_from_here(kTest0); }

CHILD(looks_at_the_result_of_a_call_from_its_own_code) {
  await_parent();
  EXPECT_EQ(syscall_from_here(kTest0), ZX_ERR_BAD_SYSCALL);
}

TEST(bad_calls, code_outside_the_vdso_may_not_call) {
  if (!calls_trap()) return;
  EXPECT_EQ(Child("calls_from_its_own_code").exit_code(), ZX_TASK_RETCODE_EXCEPTION_KILL);
}

TEST(bad_calls, a_call_from_outside_the_vdso_is_an_exception_that_can_be_handled) {
  if (!calls_trap()) return;
  expect_handled_policy_exception(Child("looks_at_the_result_of_a_call_from_its_own_code"));
}

// An instruction right before the vDSO's code goes on in it, and right after a call from its end
// would be the page behind.
TEST(bad_calls, code_next_to_the_vdso_may_not_call) {
  if (!calls_trap()) return;
  const BareProcess bare;
  const zx_vaddr_t entry = place_call_before_vdso(bare);
  Handle exceptions;
  ASSERT_OK(listen(bare.process.get(), &exceptions));
  ASSERT_OK(start_at(bare, entry, ZX_HANDLE_INVALID));
  {
    const Received received(exceptions);
    EXPECT_EQ(received.info.type, ZX_EXCP_POLICY_ERROR);
  }
  EXPECT_OK(zx_task_kill(bare.process.get()));
}

// --- Calls that only the vDSO makes

TEST(internal_calls, tell_the_time) {
  const zx_time_t before = zx_clock_get_monotonic();
  const int64_t told = raw_syscall(kClockGetMonotonicViaKernel);
  EXPECT_GE(told, before);
  EXPECT_GE(zx_clock_get_monotonic(), told);
}

TEST(internal_calls, tell_ticks) {
  const zx_ticks_t before = zx_ticks_get();
  const int64_t told = raw_syscall(kTicksGetViaKernel);
  EXPECT_GE(told, before);
  EXPECT_GE(zx_ticks_get(), told);
}

TEST(internal_calls, draw_random_numbers_in_small_pieces) {
  static unsigned char drawn[512];
  const auto draw = [](const void* at, size_t bytes) {
    return raw_syscall(kCprngDrawOnce, reinterpret_cast<uintptr_t>(at), bytes);
  };
  EXPECT_EQ(draw(drawn, 256), ZX_OK);
  EXPECT_NE(memcmp(drawn, drawn + 128, 128), 0);
  EXPECT_EQ(draw(drawn, 0), ZX_OK);
  EXPECT_EQ(draw(drawn, 257), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(draw(bad_pointer<char>(), 16), ZX_ERR_INVALID_ARGS);
}

// --- Halves of a call

struct Exchange {
  uint32_t request = 0;
  uint32_t reply = 0;
  uint32_t bytes = 0;
  uint32_t handles = 0;
  zx_channel_call_args_t args{.wr_bytes = &request,
                              .wr_handles = nullptr,
                              .rd_bytes = &reply,
                              .rd_handles = nullptr,
                              .wr_num_bytes = sizeof(request),
                              .wr_num_handles = 0,
                              .rd_num_bytes = sizeof(reply),
                              .rd_num_handles = 0};
  int64_t begin(zx_handle_t channel, zx_time_t deadline) {
    return raw_syscall(kChannelCallNoretry, channel, 0, static_cast<uint64_t>(deadline),
                       address(&args), address(&bytes), address(&handles));
  }
  int64_t finish(zx_time_t deadline) {
    return raw_syscall(kChannelCallFinish, static_cast<uint64_t>(deadline), address(&args),
                       address(&bytes), address(&handles));
  }
  static uint64_t address(const void* pointer) { return reinterpret_cast<uintptr_t>(pointer); }
};

TEST(bad_calls, nothing_to_finish) {
  Exchange exchange;
  EXPECT_EQ(exchange.finish(0), ZX_ERR_BAD_STATE);
  const Pair channel = make_channel();
  EXPECT_EQ(exchange.begin(channel.a.get(), 0), ZX_ERR_TIMED_OUT);
  EXPECT_EQ(exchange.finish(0), ZX_ERR_BAD_STATE);
}

// A thread that is suspended in its call and finishes it by hand.
TEST(bad_calls, interrupted_call_is_finished) {
  const Pair channel = make_channel();
  Exchange exchange;
  int64_t begun = 1;
  int64_t finished = 1;
  Thread caller([&] {
    begun = exchange.begin(channel.a.get(), ZX_TIME_INFINITE);
    finished = exchange.finish(ZX_TIME_INFINITE);
  });
  await_state(caller.handle(), ZX_THREAD_STATE_BLOCKED_CHANNEL);
  Handle token;
  ASSERT_OK(zx_task_suspend_token(caller.handle(), token.out()));
  EXPECT_OK(zx_object_wait_one(caller.handle(), ZX_THREAD_SUSPENDED, ZX_TIME_INFINITE, nullptr));
  // The reply goes to the call, not into the queue.
  uint32_t text = 0;
  EXPECT_OK(zx_channel_read(channel.b.get(), 0, &text, nullptr, sizeof(text), 0, nullptr, nullptr));
  EXPECT_OK(zx_channel_write(channel.b.get(), 0, &text, sizeof(text), nullptr, 0));
  EXPECT_EQ(signals_of(channel.a), ZX_CHANNEL_WRITABLE);
  token.reset();
  caller.join();
  EXPECT_EQ(begun, ZX_ERR_INTERNAL_INTR_RETRY);
  EXPECT_EQ(finished, ZX_OK);
  EXPECT_EQ(exchange.reply, text);
  EXPECT_EQ(exchange.bytes, sizeof(text));
}

// Begins a call again instead of finishing the first.
CHILD(calls_twice) {
  const Pair channel = make_channel();
  Exchange exchange;
  zx_object_signal(user::self_process(), 0, ZX_USER_SIGNAL_0);
  exchange.begin(channel.a.get(), ZX_TIME_INFINITE);
  exchange.begin(channel.a.get(), ZX_TIME_INFINITE);
}

TEST(bad_calls, second_beginning_ends_the_process) {
  const Child child("calls_twice");
  const Handle thread = child.thread();
  EXPECT_OK(zx_object_wait_one(child.process(), ZX_USER_SIGNAL_0, far_deadline(), nullptr));
  await_state(thread.get(), ZX_THREAD_STATE_BLOCKED_CHANNEL);
  Handle token;
  EXPECT_OK(zx_task_suspend_token(thread.get(), token.out()));
  EXPECT_OK(zx_object_wait_one(thread.get(), ZX_THREAD_SUSPENDED, ZX_TIME_INFINITE, nullptr));
  token.reset();
  EXPECT_EQ(child.exit_code(), ZX_TASK_RETCODE_VDSO_KILL);
}

}  // namespace
}  // namespace core
