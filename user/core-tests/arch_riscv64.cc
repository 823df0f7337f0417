#include "arch.h"

namespace core {

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
  register uint64_t t0 asm("t0") = number;
  register uint64_t a0 asm("a0") = a;
  register uint64_t a1 asm("a1") = b;
  register uint64_t a2 asm("a2") = c;
  register uint64_t a3 asm("a3") = d;
  register uint64_t a4 asm("a4") = e;
  register uint64_t a5 asm("a5") = f;
  asm volatile("ecall"
               : "+r"(t0), "+r"(a0)
               : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5)
               : "memory");
  return static_cast<int64_t>(a0);
}

void execute_undefined_instruction() {
  asm volatile("unimp");
  __builtin_unreachable();
}

}  // namespace core
