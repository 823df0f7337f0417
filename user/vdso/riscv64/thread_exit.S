// The calls that end a thread whose stack goes with it: three system calls in a row, with everything
// they still need in registers. The handle waits in s1, which the kernel preserves.
#include "zircon/vdso_numbers.h"
#include "../stub_macros.inc"

#define SYSTEM_CALL(name, from) li t0, SYS_##name; ecall; CODE_SYSRET_zx_##name##_VIA_##from:
#define CLOSE_AND_EXIT(from) \
  mv a0, s1; SYSTEM_CALL(handle_close, from); SYSTEM_CALL(thread_exit, from); unimp

// (a0: value_ptr, a1: wake_count, a2: new_value, a3: close_handle). From the store on somebody else may
// free the stack.
PUBLIC futex_wake_handle_close_thread_exit
  mv s1, a3
  fence rw, w
  sw a2, 0(a0)
  SYSTEM_CALL(futex_wake, futex_wake_handle_close_thread_exit)
  CLOSE_AND_EXIT(futex_wake_handle_close_thread_exit)
END _zx_futex_wake_handle_close_thread_exit

// (a0: vmar, a1: addr, a2: size, a3: close_handle). Returns only when unmapping failed; then the stack is
// still there.
PUBLIC vmar_unmap_handle_close_thread_exit
  addi sp, sp, -16
  .cfi_adjust_cfa_offset 16
  sd s1, 8(sp)
  .cfi_rel_offset s1, 8
  mv s1, a3
  SYSTEM_CALL(vmar_unmap, vmar_unmap_handle_close_thread_exit)
  bnez a0, 1f
  CLOSE_AND_EXIT(vmar_unmap_handle_close_thread_exit)
1:
  ld s1, 8(sp)
  .cfi_restore s1
  addi sp, sp, 16
  .cfi_adjust_cfa_offset -16
  ret
END _zx_vmar_unmap_handle_close_thread_exit
