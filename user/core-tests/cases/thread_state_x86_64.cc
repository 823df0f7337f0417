// A thread's registers on x86-64.
#include <zircon/syscalls/debug.h>

#include "child.h"
#include "support.h"

namespace core {
namespace {

using Registers = zx_x86_64_thread_state_general_regs_t;

// The first thread of a process that does nothing, suspended before its first instruction.
struct Parked {
  BareProcess bare;
  Handle token;

  Parked() {
    EXPECT_OK(zx_task_suspend_token(bare.thread.get(), token.out()));
    EXPECT_OK(
        zx_process_start(bare.process.get(), bare.thread.get(), 0x1000'000, 0x2000'000, 0, 5));
    EXPECT_OK(
        zx_object_wait_one(bare.thread.get(), ZX_THREAD_SUSPENDED, ZX_TIME_INFINITE, nullptr));
  }
  template <typename State>
  zx_status_t read(uint32_t kind, State* state) const {
    return zx_thread_read_state(bare.thread.get(), kind, state, sizeof(State));
  }
  template <typename State>
  zx_status_t write(uint32_t kind, const State& state) const {
    return zx_thread_write_state(bare.thread.get(), kind, &state, sizeof(State));
  }
  Registers registers() const {
    Registers state{};
    EXPECT_OK(read(ZX_THREAD_STATE_GENERAL_REGS, &state));
    return state;
  }
};

TEST(thread_state_x86_64, starts_with_empty_registers) {
  const Parked parked;
  const Registers state = parked.registers();
  EXPECT_EQ(state.rip, 0x1000'000);
  EXPECT_EQ(state.rsp, 0x2000'000);
  EXPECT_EQ(state.rdi, 0);
  EXPECT_EQ(state.rsi, 5);
  for (const uint64_t value :
       {state.rax, state.rbx, state.rcx, state.rdx, state.rbp, state.r8, state.r9, state.r10,
        state.r11, state.r12, state.r13, state.r14, state.r15, state.fs_base, state.gs_base})
    EXPECT_EQ(value, 0);
  // Carry, parity, zero, sign.
  EXPECT_EQ(state.rflags & 0xc5, 0);
}

TEST(thread_state_x86_64, every_general_register_can_be_written) {
  const Parked parked;
  Registers state = parked.registers();
  uint64_t* const values = &state.rax;
  for (uint64_t i = 0; i < 17; ++i) values[i] = 0x1000 + i;
  state.fs_base = 0x5000;
  EXPECT_OK(parked.write(ZX_THREAD_STATE_GENERAL_REGS, state));
  const Registers again = parked.registers();
  const uint64_t* const seen = &again.rax;
  for (uint64_t i = 0; i < 17; ++i) EXPECT_EQ(seen[i], 0x1000 + i);
  EXPECT_EQ(again.fs_base, 0x5000);
}

TEST(thread_state_x86_64, addresses_that_are_none_are_refused) {
  const Parked parked;
  Registers state = parked.registers();
  state.fs_base = uint64_t{1} << 63;
  EXPECT_STATUS(parked.write(ZX_THREAD_STATE_GENERAL_REGS, state), ZX_ERR_INVALID_ARGS);
  state = parked.registers();
  state.gs_base = uint64_t{1} << 47;
  EXPECT_STATUS(parked.write(ZX_THREAD_STATE_GENERAL_REGS, state), ZX_ERR_INVALID_ARGS);
}

TEST(thread_state_x86_64, only_user_flags_are_taken) {
  const Parked parked;
  Registers state = parked.registers();
  const uint64_t before = state.rflags;
  constexpr uint64_t kCarry = 1;
  constexpr uint64_t kInputOutputLevel = 3u << 12;
  state.rflags = before | kCarry | kInputOutputLevel;
  EXPECT_OK(parked.write(ZX_THREAD_STATE_GENERAL_REGS, state));
  EXPECT_EQ(parked.registers().rflags, before | kCarry);
}

TEST(thread_state_x86_64, vector_and_fp_state_start_empty) {
  const Parked parked;
  static zx_x86_64_thread_state_vector_regs_t vectors;
  EXPECT_OK(parked.read(ZX_THREAD_STATE_VECTOR_REGS, &vectors));
  for (int i = 0; i < 16; ++i) EXPECT_EQ(vectors.zmm[i].v[0] | vectors.zmm[i].v[1], 0);
  EXPECT_EQ(vectors.mxcsr, 0x1f80);
  zx_x86_64_thread_state_fp_regs_t fp{};
  EXPECT_OK(parked.read(ZX_THREAD_STATE_FP_REGS, &fp));
  EXPECT_EQ(fp.fcw, 0x37f);
  EXPECT_EQ(fp.ftw, 0);
}

TEST(thread_state_x86_64, vector_registers_can_be_written) {
  const Parked parked;
  static zx_x86_64_thread_state_vector_regs_t vectors;
  EXPECT_OK(parked.read(ZX_THREAD_STATE_VECTOR_REGS, &vectors));
  vectors.zmm[3].v[1] = 0x1234;
  EXPECT_OK(parked.write(ZX_THREAD_STATE_VECTOR_REGS, vectors));
  static zx_x86_64_thread_state_vector_regs_t again;
  EXPECT_OK(parked.read(ZX_THREAD_STATE_VECTOR_REGS, &again));
  EXPECT_EQ(again.zmm[3].v[1], 0x1234);
}

TEST(thread_state_x86_64, single_step_is_a_switch) {
  const Parked parked;
  zx_thread_state_single_step_t step = 7;
  EXPECT_OK(parked.read(ZX_THREAD_STATE_SINGLE_STEP, &step));
  EXPECT_EQ(step, 0);
  EXPECT_STATUS(parked.write(ZX_THREAD_STATE_SINGLE_STEP, uint32_t{2}), ZX_ERR_INVALID_ARGS);
  EXPECT_OK(parked.write(ZX_THREAD_STATE_SINGLE_STEP, uint32_t{1}));
  EXPECT_OK(parked.read(ZX_THREAD_STATE_SINGLE_STEP, &step));
  EXPECT_EQ(step, 1);
}

}  // namespace
}  // namespace core
