# A vDSO as another system's tool chain might make it: stubs in the libos' call form only.
  .intel_syntax noprefix

.macro STUB name, number, slot
  .globl zx_\name, _zx_\name
  .type zx_\name, @function
  .type _zx_\name, @function
zx_\name:
_zx_\name:
  mov eax, \number
  jmp qword ptr [rip + zcore_syscall_entry + 8 * \slot]
  .size zx_\name, . - zx_\name
  .size _zx_\name, . - _zx_\name
  .balign 32, 0xcc
.endm

  .section .stubs, "ax", @progbits
# Each through another slot: all three are filled.
STUB process_exit, 100, 2
STUB channel_read, 4, 0
STUB debug_write, 20, 1
STUB object_get_info, 74, 0
STUB debuglog_create, 22, 1
STUB debuglog_write, 23, 1
STUB syscall_test_1, 119, 2

  .section .entry, "a", @progbits
  .ascii "something else before it"
  .balign 8
  .globl zcore_syscall_entry
  .protected zcore_syscall_entry
  .type zcore_syscall_entry, @object
zcore_syscall_entry:
  .quad 0xdeadbeaf, 0xdeadbeaf, 0xdeadbeaf
  .size zcore_syscall_entry, . - zcore_syscall_entry

# Where the constants of the published images are; nothing says so.
  .section .constants, "a", @progbits
  .fill 120, 1, 0xee
