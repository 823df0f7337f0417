// Signal frames of riscv64: the information, then the context with all registers.
#include "linux/arch.h"
#include "linux/arch/riscv64/registers.h"
#include "linux/arch/signal_fpu.h"
#include "vm/user_memory.h"

namespace jacinth::linux {
namespace {

struct UserContextRecord {
  uint64_t flags;
  uint64_t link;
  abi::sigaltstack stack;
  uint64_t mask;
  uint8_t room_for_mask[120];
  alignas(16) GeneralRegisters registers;
};
struct Frame {
  abi::siginfo info;
  UserContextRecord context;
};
constexpr uint64_t kStackAlignment = 16;

uint64_t frame_bytes() { return sizeof(Frame) + hal::UserContext::signal_fpu_bytes(); }

}  // namespace

uint64_t least_signal_stack() { return frame_bytes() + kStackAlignment; }

ErrnoOr<> push_signal_frame(hal::UserContext& context, const SignalDelivery& delivery) {
  GeneralRegisters registers = read_general(context);
  if (raw(delivery.stack) < raw(delivery.stack_limit) + least_signal_stack())
    return fail(Errno::FAULT);
  const uint64_t at = (raw(delivery.stack) - frame_bytes()) & ~(kStackAlignment - 1);
  Frame frame{};
  frame.info = delivery.info;
  frame.context.stack = delivery.alt_stack;
  frame.context.mask = delivery.old_mask;
  frame.context.registers = registers;
  const SignalFpu fpu;
  if (fpu.data() == nullptr) return fail(Errno::NOMEM);
  TRY(to_errno(context.read_signal_fpu(fpu.bytes())));
  if (!vm::copy_out(VirtAddr{at}, &frame, sizeof frame) ||
      !vm::copy_out(VirtAddr{at + sizeof frame}, fpu.data(), fpu.size()))
    return fail(Errno::FAULT);
  registers.ra = raw(delivery.trampoline);
  registers.pc = delivery.action.handler;
  registers.sp = at;
  registers.a[0] = static_cast<uint64_t>(delivery.info.signal);
  registers.a[1] = at + offsetof(Frame, info);
  registers.a[2] = at + offsetof(Frame, context);
  if (!write_general(context, registers)) return fail(Errno::FAULT);
  return {};
}

ErrnoOr<SignalReturn> pop_signal_frame(hal::UserContext& context) {
  const uint64_t at = raw(context.sp());
  Frame frame;
  const SignalFpu fpu;
  if (fpu.data() == nullptr) return fail(Errno::NOMEM);
  if (!vm::copy_in(&frame, VirtAddr{at}, sizeof frame) ||
      !vm::copy_in(fpu.data(), VirtAddr{at + sizeof frame}, fpu.size()) ||
      !context.write_signal_fpu(fpu.bytes()) || !write_general(context, frame.context.registers))
    return fail(Errno::FAULT);
  return SignalReturn{.mask = frame.context.mask, .alt_stack = frame.context.stack};
}

}  // namespace jacinth::linux
