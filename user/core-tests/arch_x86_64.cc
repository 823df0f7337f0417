#include "arch.h"

#include <zircon/syscalls.h>

#include <cstring>

namespace core {
namespace {

constexpr size_t kMoveBytes = 5;  // mov $number, %eax

// Where the stubs of the vDSO's call form jump to; 0 in the trapping form. They all begin with
// mov $number, %eax; there follows jmp *slot(%rip), or something else.
uint64_t call_entry() {
  const auto* stub = reinterpret_cast<const unsigned char*>(&zx_syscall_test_0);
  constexpr size_t kJumpBytes = 6;
  const unsigned char* jump = stub + kMoveBytes;
  if (jump[0] != 0xff || jump[1] != 0x25) return 0;
  int32_t distance = 0;
  memcpy(&distance, jump + 2, sizeof(distance));
  uint64_t entry = 0;
  memcpy(&entry, jump + kJumpBytes + distance, sizeof(entry));
  return entry;
}

// The instructions `syscall; ret` of a stub of the trapping form.
uint64_t call_in_stub() { return reinterpret_cast<uintptr_t>(&zx_syscall_test_0) + kMoveBytes; }

constexpr unsigned char kSyscallInstruction[] = {0x0f, 0x05};

}  // namespace

bool calls_trap() { return call_entry() == 0; }

int64_t syscall_from_here(uint64_t number) {
  asm volatile("syscall" : "+a"(number) : : "rcx", "r11", "memory", "cc");
  return static_cast<int64_t>(number);
}

std::span<const unsigned char> call_instruction() { return kSyscallInstruction; }

int64_t raw_syscall(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
                    uint64_t f) {
  uint64_t kept = 0;
  return syscall_keeping(kept, number, a, b, c, d, e, f);
}

int64_t syscall_keeping(uint64_t& kept, uint64_t number, uint64_t a, uint64_t b, uint64_t c,
                        uint64_t d, uint64_t e, uint64_t f) {
  register uint64_t fifth asm("r8") = e;
  register uint64_t sixth asm("r9") = f;
  register uint64_t keeper asm("r14") = kept;
  register uint64_t fourth asm("r10") = d;
  // The call must leave the compiler's red zone alone.
  asm volatile("lea -128(%%rsp), %%rsp; call *%[entry]; lea 128(%%rsp), %%rsp"
               : "+a"(number), "+D"(a), "+S"(b), "+d"(c), "+c"(d), "+r"(fourth), "+r"(fifth),
                 "+r"(sixth), "+r"(keeper)
               : [entry] "b"(calls_trap() ? call_in_stub() : call_entry())
               : "r11", "memory", "cc");
  kept = keeper;
  return static_cast<int64_t>(number);
}

uint64_t kept_register(const zx_thread_state_general_regs_t& registers) { return registers.r14; }
void set_kept_register(zx_thread_state_general_regs_t& registers, uint64_t value) {
  registers.r14 = value;
}

// As after the call instruction that would have led there.
zx_vaddr_t initial_stack_pointer(zx_vaddr_t top) { return top - 8; }

uint64_t program_counter(const zx_thread_state_general_regs_t& registers) { return registers.rip; }
uint64_t stack_pointer(const zx_thread_state_general_regs_t& registers) { return registers.rsp; }
uint64_t first_argument(const zx_thread_state_general_regs_t& registers) { return registers.rdi; }
uint64_t second_argument(const zx_thread_state_general_regs_t& registers) { return registers.rsi; }
void set_program_counter(zx_thread_state_general_regs_t& registers, uint64_t value) {
  registers.rip = value;
}
void set_first_argument(zx_thread_state_general_regs_t& registers, uint64_t value) {
  registers.rdi = value;
}

void execute_undefined_instruction() {
  asm volatile("ud2");
  __builtin_unreachable();
}

}  // namespace core
