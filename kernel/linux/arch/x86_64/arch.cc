// What Linux programs on x86-64 expect.
#include "linux/arch.h"

#include <iterator>

#include "abi/linux/constants.h"
#include "linux/arch/x86_64/registers.h"
#include "linux/numbers_x86_64.h"

namespace jacinth::linux {
namespace {

#include "linux/numbers_x86_64.inc"

using hal::RegisterSet;
using hal::x86::GeneralRegisters;

}  // namespace

uint16_t call_of_number(uint64_t number) {
  return number < std::size(kCallOfNumber) ? kCallOfNumber[number] : kNoCall;
}

uint64_t restart_call_number() { return number_x86_64::restart_syscall; }

std::string_view machine_name() { return "x86_64"; }
uint16_t elf_machine() { return 62; }

uint64_t hardware_capabilities() {
  uint32_t a = 1, b, c = 0, d;
  asm volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  return d;
}
uint64_t hardware_capabilities2() { return 0; }

void start_program(hal::UserContext& context, VirtAddr entry, VirtAddr stack) {
  context.start(entry, stack, 0, 0);
}

void set_stack(hal::UserContext& context, VirtAddr stack) {
  GeneralRegisters registers = read_general(context);
  registers.rsp = raw(stack);
  (void)write_general(context, registers);
}

void set_program_counter(hal::UserContext& context, VirtAddr pc) {
  GeneralRegisters registers = read_general(context);
  registers.rip = raw(pc);
  (void)write_general(context, registers);
}

void set_thread_pointer(hal::UserContext& context, uint64_t value) {
  // Not canonical: the thread will fault when it uses it.
  (void)context.write_regs(RegisterSet::FsBase, std::as_bytes(std::span(&value, 1)));
}

uint64_t thread_pointer(const hal::UserContext& context) { return read_general(context).fs_base; }
uint64_t syscall_result_of(const hal::UserContext& context) { return read_general(context).rax; }

CloneTail clone_tail(uint64_t a3, uint64_t a4) { return {.child_tid = a3, .tls = a4}; }

std::span<const std::byte> signal_trampoline() { return {}; }  // the C library brings its own

FaultSignal signal_of_exception(uint32_t vector, uint64_t) {
  enum Vector : uint32_t {
    kDivide = 0,
    kDebug = 1,
    kBreakpoint = 3,
    kInvalidOpcode = 6,
    kNoSegment = 11,
    kStackSegment = 12,
    kX87 = 16,
    kAlignment = 17,
    kSimd = 19,
  };
  constexpr int32_t kIllegalOperand = 2;
  switch (vector) {
    case kDivide:
      return {kSigFpe, signal_code::kFpeIntDiv};
    case kDebug:
      return {kSigTrap, signal_code::kTrapTrace};
    case kBreakpoint:
      return {kSigTrap, signal_code::kKernel};
    case kInvalidOpcode:
      return {kSigIll, kIllegalOperand};
    case kNoSegment:
    case kStackSegment:
      return {kSigBus, signal_code::kKernel};
    case kAlignment:
      return {kSigBus, signal_code::kBusAlign};
    case kX87:
    case kSimd:
      return {kSigFpe, signal_code::kFpeInvalid};
    default:
      return {kSigSegv, signal_code::kKernel};
  }
}

}  // namespace jacinth::linux
