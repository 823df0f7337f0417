// The first instruction of a program: a0 = bootstrap channel, a1 = base of the vDSO.
    .section .text.start, "ax", @progbits
    .globl _start
    .type _start, @function
_start:
    .option push
    .option norelax
    lla gp, __global_pointer$
    .option pop
    li s0, 0
    andi sp, sp, -16
    call start_program
    unimp
    .size _start, . - _start
