// What RISC-V's programs find in the vDSO beside the clocks: where signal handlers return to, and two calls.
.macro call name, number
  .global \name
  .type \name, @function
\name:
  li a7, \number
  ecall
  ret
  .size \name, . - \name
.endm

.text
call __vdso_rt_sigreturn, 139
call __vdso_flush_icache, 259
call __vdso_riscv_hwprobe, 258
