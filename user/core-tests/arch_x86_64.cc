#include "arch.h"

namespace core {

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
