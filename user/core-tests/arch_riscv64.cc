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

void execute_undefined_instruction() {
  asm volatile("unimp");
  __builtin_unreachable();
}

}  // namespace core
