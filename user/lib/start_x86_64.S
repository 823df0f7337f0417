// The first instruction of a program: rdi = bootstrap channel, rsi = base of the vDSO.
    .section .text.start, "ax", @progbits
    .globl _start
    .type _start, @function
_start:
    xorl %ebp, %ebp
    andq $-16, %rsp
    call start_program
    ud2
    .size _start, . - _start
