// Signal frames of x86-64:
//
//     old stack pointer
//     128 bytes that functions may use below it (not on a fresh alternate stack)
//     floating-point registers, aligned to 64
//     Frame, so that the handler finds its stack as after a call
#include <algorithm>
#include <cstring>

#include "linux/arch.h"
#include "linux/arch/signal_fpu.h"
#include "linux/arch/x86_64/registers.h"
#include "vm/user_memory.h"

namespace jacinth::linux {
namespace {

using hal::x86::GeneralRegisters;

struct SignalContext {
  uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
  uint64_t rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, rflags;
  uint16_t cs, gs, fs, ss;
  uint64_t error_code, trap_number, old_mask, fault_address;
  uint64_t fpu;  // its address; 0: none
  uint64_t reserved[8];
};
static_assert(sizeof(SignalContext) == 256);

struct UserContextRecord {
  uint64_t flags;
  uint64_t link;
  abi::sigaltstack stack;
  SignalContext registers;
  uint64_t mask;
};

struct Frame {
  uint64_t return_address;
  UserContextRecord context;
  abi::siginfo info;
};

constexpr uint64_t kRedZone = 128;
constexpr uint64_t kFpuAlignment = 64;
constexpr uint64_t kStackAlignment = 16;
enum ContextFlag : uint64_t { kExtendedFpu = 1, kStackSegment = 2, kStrictStackSegment = 4 };

SignalContext saved(const GeneralRegisters& r, uint64_t fpu, uint64_t mask) {
  return {.r8 = r.r8,
          .r9 = r.r9,
          .r10 = r.r10,
          .r11 = r.r11,
          .r12 = r.r12,
          .r13 = r.r13,
          .r14 = r.r14,
          .r15 = r.r15,
          .rdi = r.rdi,
          .rsi = r.rsi,
          .rbp = r.rbp,
          .rbx = r.rbx,
          .rdx = r.rdx,
          .rax = r.rax,
          .rcx = r.rcx,
          .rsp = r.rsp,
          .rip = r.rip,
          .rflags = r.rflags,
          .cs = kUserCode,
          .gs = 0,
          .fs = 0,
          .ss = kUserStack,
          .error_code = 0,
          .trap_number = 0,
          .old_mask = mask,
          .fault_address = 0,
          .fpu = fpu,
          .reserved = {}};
}

void restore(GeneralRegisters& r, const SignalContext& s) {
  r.r8 = s.r8;
  r.r9 = s.r9;
  r.r10 = s.r10;
  r.r11 = s.r11;
  r.r12 = s.r12;
  r.r13 = s.r13;
  r.r14 = s.r14;
  r.r15 = s.r15;
  r.rdi = s.rdi;
  r.rsi = s.rsi;
  r.rbp = s.rbp;
  r.rbx = s.rbx;
  r.rdx = s.rdx;
  r.rax = s.rax;
  r.rcx = s.rcx;
  r.rsp = s.rsp;
  r.rip = s.rip;
  r.rflags = s.rflags;
}

ErrnoOr<> push_fpu(const hal::UserContext& context, uint64_t at) {
  const SignalFpu fpu;
  if (fpu.data() == nullptr) return fail(Errno::NOMEM);
  TRY(to_errno(context.read_signal_fpu(fpu.bytes())));
  if (!vm::copy_out(VirtAddr{at}, fpu.data(), fpu.size())) return fail(Errno::FAULT);
  return {};
}

ErrnoOr<> pop_fpu(hal::UserContext& context, uint64_t at) {
  constexpr size_t kLegacyBytes = 512;
  if (at == 0) return {};
  const SignalFpu fpu;
  if (fpu.data() == nullptr) return fail(Errno::NOMEM);
  std::span<std::byte> in = fpu.bytes();
  if (!vm::copy_in(in.data(), VirtAddr{at}, in.size())) {
    in = in.first(std::min(kLegacyBytes, in.size()));
    if (!vm::copy_in(in.data(), VirtAddr{at}, in.size())) return fail(Errno::FAULT);
  }
  if (!context.write_signal_fpu(in)) return fail(Errno::FAULT);
  return {};
}

}  // namespace

uint64_t least_signal_stack() {
  return hal::UserContext::signal_fpu_bytes() + kFpuAlignment + sizeof(Frame) + kStackAlignment +
         kRedZone;
}

ErrnoOr<> push_signal_frame(hal::UserContext& context, const SignalDelivery& delivery) {
  GeneralRegisters registers = read_general(context);
  uint64_t at = raw(delivery.stack);
  if (at == registers.rsp) at -= kRedZone;
  const uint64_t lowest = raw(delivery.stack_limit) + least_signal_stack();
  if (at < lowest) return fail(Errno::FAULT);
  const uint64_t fpu = (at - hal::UserContext::signal_fpu_bytes()) & ~(kFpuAlignment - 1);
  at = ((fpu - sizeof(Frame)) & ~(kStackAlignment - 1)) - sizeof(uint64_t);
  TRY(push_fpu(context, fpu));
  const Frame frame{.return_address = delivery.action.restorer,
                    .context = {.flags = kExtendedFpu | kStackSegment | kStrictStackSegment,
                                .link = 0,
                                .stack = delivery.alt_stack,
                                .registers = saved(registers, fpu, delivery.old_mask),
                                .mask = delivery.old_mask},
                    .info = delivery.info};
  if (!vm::copy_out(VirtAddr{at}, &frame, sizeof frame)) return fail(Errno::FAULT);
  registers.rdi = static_cast<uint64_t>(delivery.info.signal);
  registers.rsi = at + offsetof(Frame, info);
  registers.rdx = at + offsetof(Frame, context);
  registers.rax = 0;
  registers.rsp = at;
  registers.rip = delivery.action.handler;
  registers.rflags &= ~(hal::x86::kFlagDirection | hal::x86::kFlagTrap);
  if (!write_general(context, registers)) return fail(Errno::FAULT);
  return {};
}

// The handler's return has taken the return address off the stack.
ErrnoOr<SignalReturn> pop_signal_frame(hal::UserContext& context) {
  const VirtAddr at{raw(context.sp()) - sizeof(uint64_t)};
  Frame frame;
  if (!vm::copy_in(&frame, at, sizeof frame)) return fail(Errno::FAULT);
  GeneralRegisters registers = read_general(context);
  restore(registers, frame.context.registers);
  TRY(pop_fpu(context, frame.context.registers.fpu));
  if (!write_general(context, registers)) return fail(Errno::FAULT);
  return SignalReturn{.mask = frame.context.mask, .alt_stack = frame.context.stack};
}

}  // namespace jacinth::linux
