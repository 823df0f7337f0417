#include "arch.h"

#include <zircon/syscalls.h>

#include <cstring>

namespace core {
namespace {

constexpr unsigned char kEcall[] = {0x73, 0, 0, 0};

// The instructions `ecall; ret` of a stub of the vDSO.
uintptr_t call_in_stub() {
  uintptr_t at = reinterpret_cast<uintptr_t>(&zx_syscall_test_0);
  while (memcmp(reinterpret_cast<const void*>(at), kEcall, sizeof(kEcall)) != 0) at += 2;
  return at;
}

}  // namespace

bool calls_trap() { return true; }

int64_t syscall_from_here(uint64_t number) {
  register uint64_t t0 asm("t0") = number;
  register uint64_t a0 asm("a0") = 0;
  asm volatile("ecall" : "+r"(t0), "+r"(a0) : : "memory");
  return static_cast<int64_t>(a0);
}

std::span<const unsigned char> call_instruction() { return kEcall; }

zx_vaddr_t initial_stack_pointer(zx_vaddr_t top) { return top; }

uint64_t program_counter(const zx_thread_state_general_regs_t& registers) { return registers.pc; }
uint64_t stack_pointer(const zx_thread_state_general_regs_t& registers) { return registers.sp; }
uint64_t first_argument(const zx_thread_state_general_regs_t& registers) { return registers.a0; }
uint64_t second_argument(const zx_thread_state_general_regs_t& registers) { return registers.a1; }
void set_program_counter(zx_thread_state_general_regs_t& registers, uint64_t value) {
  registers.pc = value;
}
void set_first_argument(zx_thread_state_general_regs_t& registers, uint64_t value) {
  registers.a0 = value;
}

int64_t raw_syscall(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
                    uint64_t f) {
  uint64_t kept = 0;
  return syscall_keeping(kept, number, a, b, c, d, e, f);
}

int64_t syscall_keeping(uint64_t& kept, uint64_t number, uint64_t a, uint64_t b, uint64_t c,
                        uint64_t d, uint64_t e, uint64_t f) {
  register uint64_t t0 asm("t0") = number;
  register uint64_t a0 asm("a0") = a;
  register uint64_t a1 asm("a1") = b;
  register uint64_t a2 asm("a2") = c;
  register uint64_t a3 asm("a3") = d;
  register uint64_t a4 asm("a4") = e;
  register uint64_t a5 asm("a5") = f;
  register uint64_t s11 asm("s11") = kept;
  asm volatile("jalr %[call]"
               : "+r"(t0), "+r"(a0), "+r"(s11)
               : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), [call] "r"(call_in_stub())
               : "ra", "memory");
  kept = s11;
  return static_cast<int64_t>(a0);
}

uint64_t kept_register(const zx_thread_state_general_regs_t& registers) { return registers.s11; }
void set_kept_register(zx_thread_state_general_regs_t& registers, uint64_t value) {
  registers.s11 = value;
}

void execute_undefined_instruction() {
  asm volatile("unimp");
  __builtin_unreachable();
}

}  // namespace core
