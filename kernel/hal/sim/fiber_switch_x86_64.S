// void* jacinth_fiber_switch(void** saved_sp, void* next_sp)
//
// Saves the caller's callee-saved registers on its stack and its stack pointer in *saved_sp, then goes
// on where the owner of next_sp stopped in this same function (or starts: see fiber.cc).
        .text
        .globl  jacinth_fiber_switch
        .type   jacinth_fiber_switch, @function
jacinth_fiber_switch:
        pushq   %rbp
        pushq   %rbx
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        movq    %rsp, (%rdi)
        movq    %rsi, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbx
        popq    %rbp
        ret
        .size   jacinth_fiber_switch, . - jacinth_fiber_switch
        .section .note.GNU-stack, "", @progbits
