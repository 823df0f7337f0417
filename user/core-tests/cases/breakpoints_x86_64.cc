// Hardware breakpoints and watchpoints on x86-64, by a thread's debug registers.
#include <zircon/syscalls/debug.h>
#include <zircon/syscalls/system.h>

#include "child.h"
#include "exception.h"
#include "support.h"

namespace core {
namespace {

using DebugRegisters = zx_x86_64_thread_state_debug_regs_t;

// In DR7: what enables breakpoint n, and what makes it watch writes to four bytes.
constexpr uint64_t enable(unsigned n) { return uint64_t{1} << (2 * n); }
constexpr uint64_t watch_word(unsigned n) { return uint64_t{0b1101} << (16 + 4 * n); }
constexpr uint64_t kAlwaysSet = 1u << 10;

struct Places {
  uint64_t function;
  uint64_t word;
};

volatile uint32_t watched_word = 0;

[[gnu::noinline]] void function_to_stop_at() { asm volatile(""); }

CHILD(stops_at_breakpoints) {
  const Places places = {reinterpret_cast<uint64_t>(&function_to_stop_at),
                         reinterpret_cast<uint64_t>(&watched_word)};
  EXPECT_OK(zx_channel_write(parent_channel(), 0, &places, sizeof(places), nullptr, 0));
  await_parent();
  function_to_stop_at();
  watched_word = 7;
  EXPECT_EQ(watched_word, 7);
}

bool has_breakpoints() {
  uint32_t count = 0;
  EXPECT_OK(zx_system_get_features(ZX_FEATURE_KIND_HW_BREAKPOINT_COUNT, &count));
  if (count != 0) return true;
  say("    this machine offers no hardware breakpoints");
  return false;
}

// A child whose thread waits before it goes where the breakpoints are to be.
class Stopping {
 public:
  Stopping() : thread_(child_.thread()) {
    EXPECT_OK(listen(child_.process(), &exceptions_));
    EXPECT_OK(zx_object_wait_one(child_.channel(), ZX_CHANNEL_READABLE, far_deadline(), nullptr));
    EXPECT_OK(zx_channel_read(child_.channel(), 0, &places_, nullptr, sizeof(places_), 0, nullptr,
                              nullptr));
  }
  const Places& places() const { return places_; }
  const Handle& exceptions() const { return exceptions_; }
  const Child& child() const { return child_; }

  void set(const DebugRegisters& registers) const {
    Handle token;
    EXPECT_OK(zx_task_suspend_token(thread_.get(), token.out()));
    EXPECT_OK(zx_object_wait_one(thread_.get(), ZX_THREAD_SUSPENDED, far_deadline(), nullptr));
    write(registers);
  }
  void write(const DebugRegisters& registers) const {
    EXPECT_OK(zx_thread_write_state(thread_.get(), ZX_THREAD_STATE_DEBUG_REGS, &registers,
                                    sizeof(registers)));
  }
  void go() const { EXPECT_OK(zx_channel_write(child_.channel(), 0, nullptr, 0, nullptr, 0)); }
  // While the thread stands at an exception.
  DebugRegisters debug_registers() const {
    DebugRegisters registers{};
    EXPECT_OK(zx_thread_read_state(thread_.get(), ZX_THREAD_STATE_DEBUG_REGS, &registers,
                                   sizeof(registers)));
    return registers;
  }
  uint64_t program_counter() const {
    zx_x86_64_thread_state_general_regs_t registers{};
    EXPECT_OK(zx_thread_read_state(thread_.get(), ZX_THREAD_STATE_GENERAL_REGS, &registers,
                                   sizeof(registers)));
    return registers.rip;
  }

 private:
  const Child child_{"stops_at_breakpoints"};
  const Handle thread_;
  Handle exceptions_;
  Places places_{};
};

TEST(breakpoints_x86_64, stop_at_an_instruction_and_go_on) {
  if (!has_breakpoints()) return;
  const Stopping stopping;
  DebugRegisters registers{};
  registers.dr[1] = stopping.places().function;
  registers.dr7 = kAlwaysSet | enable(1);
  stopping.set(registers);
  stopping.go();
  {
    const Received stopped(stopping.exceptions());
    EXPECT_EQ(stopped.info.type, ZX_EXCP_HW_BREAKPOINT);
    EXPECT_EQ(stopping.program_counter(), stopping.places().function);
    EXPECT_EQ(stopping.debug_registers().dr6 & 0xf, 1u << 1);
    stopped.set_handled();
  }
  // The breakpoint is still there, but the thread goes past it.
  stopping.child().expect_success();
}

TEST(breakpoints_x86_64, watch_a_word) {
  if (!has_breakpoints()) return;
  const Stopping stopping;
  DebugRegisters registers{};
  registers.dr[0] = stopping.places().word;
  registers.dr7 = kAlwaysSet | enable(0) | watch_word(0);
  stopping.set(registers);
  stopping.go();
  {
    const Received stopped(stopping.exceptions());
    EXPECT_EQ(stopped.info.type, ZX_EXCP_HW_BREAKPOINT);
    EXPECT_EQ(stopping.debug_registers().dr6 & 0xf, 1u << 0);
    stopped.set_handled();
  }
  stopping.child().expect_success();
}

TEST(breakpoints_x86_64, can_be_moved_while_the_thread_stands) {
  if (!has_breakpoints()) return;
  const Stopping stopping;
  DebugRegisters registers{};
  registers.dr[3] = stopping.places().function;
  registers.dr7 = kAlwaysSet | enable(3);
  stopping.set(registers);
  stopping.go();
  {
    const Received stopped(stopping.exceptions());
    EXPECT_EQ(stopping.program_counter(), stopping.places().function);
    registers.dr[3] = stopping.places().word;
    registers.dr7 = kAlwaysSet | enable(3) | watch_word(3);
    stopping.write(registers);
    stopped.set_handled();
  }
  {
    const Received stopped(stopping.exceptions());
    EXPECT_NE(stopping.program_counter(), stopping.places().function);
    EXPECT_EQ(stopping.debug_registers().dr6 & 0xf, 1u << 3);
    stopped.set_handled();
  }
  stopping.child().expect_success();
}

TEST(breakpoints_x86_64, are_a_threads_own) {
  if (!has_breakpoints()) return;
  const Stopping watched;
  const Stopping other;
  DebugRegisters registers{};
  registers.dr[0] = watched.places().function;
  registers.dr[1] = other.places().function;
  registers.dr7 = kAlwaysSet | enable(0) | enable(1);
  watched.set(registers);
  other.go();
  other.child().expect_success();
  watched.go();
  const Received stopped(watched.exceptions());
  EXPECT_EQ(watched.program_counter(), watched.places().function);
}

}  // namespace
}  // namespace core
