// What Linux programs on riscv64 expect.
#include "linux/arch.h"

#include <array>
#include <iterator>

#include "abi/linux/constants.h"
#include "linux/arch/riscv64/registers.h"
#include "linux/numbers_riscv64.h"

namespace jacinth::linux {
namespace {

#include "linux/numbers_riscv64.inc"

}  // namespace

uint16_t call_of_number(uint64_t number) {
  return number < std::size(kCallOfNumber) ? kCallOfNumber[number] : kNoCall;
}

uint64_t restart_call_number() { return number_riscv64::restart_syscall; }

std::string_view machine_name() { return "riscv64"; }
uint16_t elf_machine() { return 243; }

// The single-letter extensions, a bit each: IMAFDC.
uint64_t hardware_capabilities() {
  auto bit = [](char letter) { return uint64_t{1} << (letter - 'a'); };
  return bit('i') | bit('m') | bit('a') | bit('f') | bit('d') | bit('c');
}
uint64_t hardware_capabilities2() { return 0; }

void start_program(hal::UserContext& context, VirtAddr entry, VirtAddr stack) {
  context.start(entry, stack, 0, 0);
}

void set_stack(hal::UserContext& context, VirtAddr stack) {
  GeneralRegisters registers = read_general(context);
  registers.sp = raw(stack);
  (void)write_general(context, registers);
}

void set_program_counter(hal::UserContext& context, VirtAddr pc) {
  GeneralRegisters registers = read_general(context);
  registers.pc = raw(pc);
  (void)write_general(context, registers);
}

void set_thread_pointer(hal::UserContext& context, uint64_t value) {
  GeneralRegisters registers = read_general(context);
  registers.tp = value;
  (void)write_general(context, registers);
}

uint64_t thread_pointer(const hal::UserContext& context) { return read_general(context).tp; }
uint64_t syscall_result_of(const hal::UserContext& context) { return read_general(context).a[0]; }

CloneTail clone_tail(uint64_t a3, uint64_t a4) { return {.child_tid = a4, .tls = a3}; }

std::span<const std::byte> signal_trampoline() {
  // li a7, 139 (rt_sigreturn); ecall
  static constexpr std::array<uint32_t, 2> kCode{0x08b00893, 0x00000073};
  return std::as_bytes(std::span(kCode));
}

FaultSignal signal_of_exception(uint32_t vector, uint64_t) {
  enum Cause : uint32_t {
    kFetchMisaligned = 0,
    kIllegal = 2,
    kBreakpoint = 3,
    kLoadMisaligned = 4,
    kStoreMisaligned = 6,
  };
  switch (vector) {
    case kFetchMisaligned:
    case kLoadMisaligned:
    case kStoreMisaligned:
      return {kSigBus, signal_code::kBusAlign};
    case kIllegal:
      return {kSigIll, signal_code::kIllOpcode};
    case kBreakpoint:
      return {kSigTrap, signal_code::kTrapBreakpoint};
    default:
      return {kSigSegv, signal_code::kSegvAccess};
  }
}

}  // namespace jacinth::linux
