// The calls that end a thread whose stack goes with it: three system calls in a row, with everything
// they still need in registers. The handle waits in r12, which the kernel preserves.
#include "zircon/vdso_numbers.h"
#include "../stub_macros.inc"

#define SYSTEM_CALL(name, from) mov $SYS_##name, %eax; syscall; CODE_SYSRET_zx_##name##_VIA_##from:
#define CLOSE_AND_EXIT(from) \
  mov %r12d, %edi; SYSTEM_CALL(handle_close, from); SYSTEM_CALL(thread_exit, from); ud2

// (rdi: value_ptr, esi: wake_count, edx: new_value, ecx: close_handle). From the store on somebody else
// may free the stack.
PUBLIC futex_wake_handle_close_thread_exit
  mov %ecx, %r12d
  mov %edx, (%rdi)
  SYSTEM_CALL(futex_wake, futex_wake_handle_close_thread_exit)
  CLOSE_AND_EXIT(futex_wake_handle_close_thread_exit)
END _zx_futex_wake_handle_close_thread_exit

// (edi: vmar, rsi: addr, rdx: size, ecx: close_handle). Returns only when unmapping failed; then the stack
// is still there.
PUBLIC vmar_unmap_handle_close_thread_exit
  push %r12
  .cfi_adjust_cfa_offset 8
  .cfi_rel_offset %r12, 0
  mov %ecx, %r12d
  SYSTEM_CALL(vmar_unmap, vmar_unmap_handle_close_thread_exit)
  test %eax, %eax
  jnz 1f
  CLOSE_AND_EXIT(vmar_unmap_handle_close_thread_exit)
1:
  pop %r12
  .cfi_adjust_cfa_offset -8
  .cfi_restore %r12
  ret
END _zx_vmar_unmap_handle_close_thread_exit
