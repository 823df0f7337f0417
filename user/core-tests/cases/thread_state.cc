// Reading and writing a thread's registers; what is the same on all machines.
#include <zircon/syscalls/debug.h>
#include <zircon/syscalls/ipc.h>

#include <atomic>

#include "arch.h"
#include "child.h"
#include "support.h"

namespace core {
namespace {

using Registers = zx_thread_state_general_regs_t;

zx_status_t read(zx_handle_t thread, Registers* registers) {
  return zx_thread_read_state(thread, ZX_THREAD_STATE_GENERAL_REGS, registers, sizeof(*registers));
}
zx_status_t write(zx_handle_t thread, const Registers& registers) {
  return zx_thread_write_state(thread, ZX_THREAD_STATE_GENERAL_REGS, &registers, sizeof(registers));
}

// A thread suspended before its first instruction.
struct Parked {
  Handle token;
  Thread thread;
  template <typename F>
  explicit Parked(F body) : thread(Thread::unstarted(std::move(body))) {
    EXPECT_OK(zx_task_suspend_token(thread.handle(), token.out()));
    thread.start();
    EXPECT_OK(zx_object_wait_one(thread.handle(), ZX_THREAD_SUSPENDED, ZX_TIME_INFINITE, nullptr));
  }
  ~Parked() {
    token.reset();
    thread.join();
  }
  Parked(const Parked&) = delete;
  Parked& operator=(const Parked&) = delete;
};

TEST(thread_state, of_a_thread_that_is_about_to_start) {
  const BareProcess bare;
  Handle token;
  EXPECT_OK(zx_task_suspend_token(bare.thread.get(), token.out()));
  EXPECT_OK(zx_process_start(bare.process.get(), bare.thread.get(), 0x123000, 0x456000, 0, 789));
  EXPECT_OK(zx_object_wait_one(bare.thread.get(), ZX_THREAD_SUSPENDED, ZX_TIME_INFINITE, nullptr));
  Registers registers{};
  EXPECT_OK(read(bare.thread.get(), &registers));
  EXPECT_EQ(program_counter(registers), 0x123000);
  EXPECT_EQ(stack_pointer(registers), 0x456000);
  EXPECT_EQ(first_argument(registers), 0);
  EXPECT_EQ(second_argument(registers), 789);
}

TEST(thread_state, can_be_changed) {
  static std::atomic<uint64_t> seen;
  seen.store(0);
  static constexpr auto kOther = [](uint64_t argument) {
    seen.store(argument);
    zx_thread_exit();
  };
  Parked parked([] { seen.store(1); });
  Registers registers{};
  EXPECT_OK(read(parked.thread.handle(), &registers));
  set_program_counter(registers, reinterpret_cast<uint64_t>(+kOther));
  set_first_argument(registers, 4711);
  EXPECT_OK(write(parked.thread.handle(), registers));
  Registers again{};
  EXPECT_OK(read(parked.thread.handle(), &again));
  EXPECT_EQ(program_counter(again), program_counter(registers));
  parked.token.reset();
  parked.thread.join();
  EXPECT_EQ(seen.load(), 4711);
}

TEST(thread_state, of_a_running_thread_is_not_to_be_had) {
  Thread thread([] { zx_nanosleep(ZX_TIME_INFINITE); });
  await_state(thread.handle(), ZX_THREAD_STATE_BLOCKED_SLEEPING);
  Registers registers{};
  EXPECT_STATUS(read(thread.handle(), &registers), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(write(thread.handle(), registers), ZX_ERR_BAD_STATE);
  EXPECT_STATUS(read(user::self_thread(), &registers), ZX_ERR_BAD_STATE);
  EXPECT_OK(zx_task_kill(thread.handle()));
}

TEST(thread_state, of_a_new_thread_is_not_to_be_had) {
  const Thread thread = Thread::unstarted([] {});
  Registers registers{};
  EXPECT_STATUS(read(thread.handle(), &registers), ZX_ERR_BAD_STATE);
}

TEST(thread_state, sizes_are_checked) {
  const Parked parked([] {});
  Registers registers[2] = {};
  const auto read_size = [&](size_t size) {
    return zx_thread_read_state(parked.thread.handle(), ZX_THREAD_STATE_GENERAL_REGS, registers,
                                size);
  };
  EXPECT_STATUS(read_size(sizeof(Registers) - 1), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_OK(read_size(sizeof(Registers) + 1));
  const auto write_size = [&](size_t size) {
    return zx_thread_write_state(parked.thread.handle(), ZX_THREAD_STATE_GENERAL_REGS, registers,
                                 size);
  };
  EXPECT_STATUS(write_size(sizeof(Registers) - 1), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_STATUS(write_size(sizeof(Registers) + 1), ZX_ERR_INVALID_ARGS);
}

TEST(thread_state, kinds_and_buffers_are_checked) {
  const Parked parked([] {});
  Registers registers{};
  EXPECT_STATUS(zx_thread_read_state(parked.thread.handle(), 99, &registers, sizeof(registers)),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(zx_thread_write_state(parked.thread.handle(), 99, &registers, sizeof(registers)),
                ZX_ERR_INVALID_ARGS);
  EXPECT_STATUS(read(parked.thread.handle(), bad_pointer<Registers>()), ZX_ERR_INVALID_ARGS);
}

TEST(thread_state, needs_rights) {
  const Parked parked([] {});
  Registers registers{};
  EXPECT_OK(read(parked.thread.handle(), &registers));
  EXPECT_STATUS(read(without(parked.thread.handle(), ZX_RIGHT_READ).get(), &registers),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(write(without(parked.thread.handle(), ZX_RIGHT_WRITE).get(), registers),
                ZX_ERR_ACCESS_DENIED);
  EXPECT_STATUS(read(user::self_process(), &registers), ZX_ERR_WRONG_TYPE);
  EXPECT_STATUS(read(kBadHandle, &registers), ZX_ERR_BAD_HANDLE);
}

TEST(thread_state, of_a_thread_suspended_in_a_call) {
  const Handle event = make_event();
  Thread thread([&] {
    EXPECT_OK(zx_object_wait_one(event.get(), ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr));
  });
  await_state(thread.handle(), ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  Handle token;
  EXPECT_OK(zx_task_suspend_token(thread.handle(), token.out()));
  EXPECT_OK(zx_object_wait_one(thread.handle(), ZX_THREAD_SUSPENDED, ZX_TIME_INFINITE, nullptr));
  Registers registers{};
  EXPECT_OK(read(thread.handle(), &registers));
  // It is in the vDSO, about to call again.
  uint64_t base = 0;
  EXPECT_OK(zx_object_get_property(user::self_process(), ZX_PROP_PROCESS_VDSO_BASE_ADDRESS, &base,
                                   sizeof(base)));
  EXPECT_GE(program_counter(registers), base);
  EXPECT_LT(program_counter(registers), base + (1 << 20));
  EXPECT_OK(zx_object_signal(event.get(), 0, ZX_EVENT_SIGNALED));
  token.reset();
}

// Numbers of calls.
constexpr uint64_t kHandleClose = 42;
constexpr uint64_t kObjectWaitOne = 67;
constexpr uint64_t kNanosleep = 62;

TEST(thread_state, a_call_keeps_what_functions_keep) {
  uint64_t kept = 0x0123456789abcdef;
  // The kernel answers the first where it arrives; the second lets other threads run.
  EXPECT_EQ(syscall_keeping(kept, kHandleClose, ZX_HANDLE_INVALID), int64_t{ZX_OK});
  EXPECT_EQ(kept, 0x0123456789abcdef);
  EXPECT_EQ(syscall_keeping(kept, kNanosleep, 0), int64_t{ZX_OK});
  EXPECT_EQ(kept, 0x0123456789abcdef);
}

// What a call that is served at once need not save has to be there when a debugger asks.
TEST(thread_state, of_a_waiting_call_has_what_functions_keep) {
  const Handle event = make_event();
  std::atomic<uint64_t> kept_after{0};
  std::atomic<int64_t> status{0};
  Thread thread([&] {
    uint64_t kept = 0x0123456789abcdef;
    status =
        syscall_keeping(kept, kObjectWaitOne, event.get(), ZX_EVENT_SIGNALED, ZX_TIME_INFINITE);
    kept_after = kept;
  });
  await_state(thread.handle(), ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  Handle token;
  EXPECT_OK(zx_task_suspend_token(thread.handle(), token.out()));
  EXPECT_OK(zx_object_wait_one(thread.handle(), ZX_THREAD_SUSPENDED, ZX_TIME_INFINITE, nullptr));
  Registers registers{};
  EXPECT_OK(read(thread.handle(), &registers));
  EXPECT_EQ(kept_register(registers), 0x0123456789abcdef);
  set_kept_register(registers, 0xfedcba9876543210);
  EXPECT_OK(write(thread.handle(), registers));
  token.reset();
  thread.join();
  EXPECT_EQ(kept_after.load(), 0xfedcba9876543210);
  EXPECT_EQ(status.load(), int64_t{ZX_ERR_INTERNAL_INTR_RETRY});
}

}  // namespace
}  // namespace core
