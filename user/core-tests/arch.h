// What of a thread's registers differs between machines; in arch_<architecture>.cc.
#pragma once

#include <zircon/syscalls/debug.h>
#include <zircon/types.h>

#include <span>

namespace core {

// The stack pointer at a function's first instruction, for a stack that ends at `top` (16-byte
// aligned).
zx_vaddr_t initial_stack_pointer(zx_vaddr_t top);

uint64_t program_counter(const zx_thread_state_general_regs_t& registers);
uint64_t stack_pointer(const zx_thread_state_general_regs_t& registers);
uint64_t first_argument(const zx_thread_state_general_regs_t& registers);
uint64_t second_argument(const zx_thread_state_general_regs_t& registers);
void set_program_counter(zx_thread_state_general_regs_t& registers, uint64_t value);
void set_first_argument(zx_thread_state_general_regs_t& registers, uint64_t value);

// A system call by the vDSO's instruction alone: all 64 bits of its number go to the kernel, which
// may not know it; and the two halves of channel_call can be told apart.
int64_t raw_syscall(uint64_t number, uint64_t a = 0, uint64_t b = 0, uint64_t c = 0, uint64_t d = 0,
                    uint64_t e = 0, uint64_t f = 0);
// The same with `kept` in a register that functions keep, from which it gets its value afterwards.
int64_t syscall_keeping(uint64_t& kept, uint64_t number, uint64_t a = 0, uint64_t b = 0,
                        uint64_t c = 0, uint64_t d = 0, uint64_t e = 0, uint64_t f = 0);
uint64_t kept_register(const zx_thread_state_general_regs_t& registers);
void set_kept_register(zx_thread_state_general_regs_t& registers, uint64_t value);

// Whether the vDSO traps into the kernel; on the host machine it calls it.
bool calls_trap();
// Where calls trap: one without arguments by an instruction of the program's own; its code.
int64_t syscall_from_here(uint64_t number);
std::span<const unsigned char> call_instruction();

// An undefined instruction: ends the process, as nobody handles the exception.
[[noreturn]] void execute_undefined_instruction();

}  // namespace core
