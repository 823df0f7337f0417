// User programs of the tests. Position independent, at most a page. They start with the call entry's
// address in rdi and their data page's in rsi, and keep both: entry in rbx, data in rbp.
//
// Their calls (kernel side: guest.cc): 0 exit(value), 1 add_one(n), 2 yield(), 3 kernel_part(...),
// 4 pass() to the peer.

.macro PROGRAM name
        .global guest_\name, guest_\name\()_end
guest_\name:
        mov     %rdi, %rbx
        mov     %rsi, %rbp
.endm
.macro END name
guest_\name\()_end:
.endm
.macro CALL number
        mov     $\number, %eax
        call    *%rbx
.endm
.macro EXIT
        CALL    0
        ud2
.endm

        .section .rodata

// exit(data[0])
PROGRAM read
        mov     (%rbp), %rdi
        EXIT
END read

// data[0] calls of add_one from 0; exit(result).
PROGRAM calls
        mov     (%rbp), %r12
        xor     %edi, %edi
1:      CALL    1
        mov     %rax, %rdi
        dec     %r12
        jnz     1b
        EXIT
END calls

// data[0] calls of pass(); exit(0).
PROGRAM passes
        mov     (%rbp), %r12
1:      CALL    4
        dec     %r12
        jnz     1b
        xor     %edi, %edi
        EXIT
END passes

// data[0] calls of yield(); exit(0).
PROGRAM yields
        mov     (%rbp), %r12
1:      CALL    2
        dec     %r12
        jnz     1b
        xor     %edi, %edi
        EXIT
END yields

// Counts in data[0] until data[1] is set; exit(0).
PROGRAM spin
1:      incq    (%rbp)
        cmpq    $0, 8(%rbp)
        je      1b
        xor     %edi, %edi
        EXIT
END spin

// Reads data[512], the first word of the next page, until it faults; data[0] counts.
PROGRAM reread
1:      incq    (%rbp)
        mov     4096(%rbp), %rax
        jmp     1b
END reread

// Checks that a call keeps the registers it must, and takes 8 arguments; exit(0) when all is well.
PROGRAM abi
        mov     $0x1212, %r12
        mov     $0x1313, %r13
        mov     $0x1414, %r14
        mov     %rsp, %r15
        push    $8
        push    $7
        mov     $1, %edi
        mov     $2, %esi
        mov     $3, %edx
        mov     $4, %ecx
        mov     $5, %r8d
        mov     $6, %r9d
        CALL    3
        add     $16, %rsp
        mov     %rax, %rdi
        cmp     $0x1212, %r12
        jne     1f
        cmp     $0x1313, %r13
        jne     1f
        cmp     $0x1414, %r14
        jne     1f
        cmp     %rsp, %r15
        jne     1f
        EXIT
1:      mov     $1, %edi
        EXIT
END abi

// kernel_part(), exit with its result.
PROGRAM kernel_part
        CALL    3
        mov     %rax, %rdi
        EXIT
END kernel_part

// Fills vector, x87 and flag state from data[2], and sees that nothing of it changes until data[1]
// is set; data[0] counts. exit(0), or a number telling what was lost.
PROGRAM vectors
        mov     16(%rbp), %r12
        movq    %r12, %xmm0
        punpcklqdq %xmm0, %xmm0
        movdqa  %xmm0, %xmm5
        paddq   %xmm5, %xmm5
        movdqa  %xmm5, %xmm15
        paddq   %xmm15, %xmm15
        mov     %r12d, %eax
        and     $0x6000, %eax
        or      $0x1f80, %eax
        mov     %eax, 24(%rbp)
        ldmxcsr 24(%rbp)
        and     $0x0c00, %eax
        or      $0x037f, %eax
        mov     %ax, 28(%rbp)
        fldcw   28(%rbp)
        mov     %r12, 32(%rbp)
        fildq   32(%rbp)
1:      incq    (%rbp)
        movq    %xmm0, %rax
        cmp     %r12, %rax
        mov     $1, %edi
        jne     2f
        movhlps %xmm5, %xmm1
        movq    %xmm1, %rax
        lea     (%r12,%r12), %rcx
        cmp     %rcx, %rax
        mov     $2, %edi
        jne     2f
        movhlps %xmm15, %xmm1
        movq    %xmm1, %rax
        lea     (%rcx,%rcx), %rcx
        cmp     %rcx, %rax
        mov     $3, %edi
        jne     2f
        stmxcsr 40(%rbp)
        mov     40(%rbp), %eax
        cmp     24(%rbp), %eax
        mov     $4, %edi
        jne     2f
        fnstcw  44(%rbp)
        mov     44(%rbp), %ax
        cmp     28(%rbp), %ax
        mov     $5, %edi
        jne     2f
        fld     %st(0)
        fistpq  48(%rbp)
        mov     48(%rbp), %rax
        cmp     %r12, %rax
        mov     $6, %edi
        jne     2f
        cmpq    $0, 8(%rbp)
        je      1b
        xor     %edi, %edi
2:      fstp    %st(0)
        EXIT
END vectors

// Control words survive data[0] calls of yield() among programs with other ones; exit(0).
PROGRAM control_words
        mov     (%rbp), %r12
        ldmxcsr 24(%rbp)
        fldcw   28(%rbp)
1:      CALL    2
        stmxcsr 40(%rbp)
        mov     40(%rbp), %eax
        cmp     24(%rbp), %eax
        jne     2f
        fnstcw  44(%rbp)
        mov     44(%rbp), %ax
        cmp     28(%rbp), %ax
        jne     2f
        dec     %r12
        jnz     1b
        xor     %edi, %edi
        EXIT
2:      mov     $1, %edi
        EXIT
END control_words

// Ways to go wrong.
PROGRAM write_code
        lea     guest_write_code(%rip), %rax
        movb    $0, (%rax)
END write_code
PROGRAM run_data
        jmp     *%rbp
END run_data
PROGRAM breakpoint
        int3
        nop
END breakpoint
PROGRAM undefined
        ud2
END undefined
PROGRAM divide
        xor     %ecx, %ecx
        mov     $1, %eax
        xor     %edx, %edx
        div     %ecx
END divide
PROGRAM privileged
        hlt
END privileged
PROGRAM host_call
        mov     $39, %eax
        syscall
END host_call
PROGRAM bad_stack
        mov     $0x123000, %esp
        mov     $1, %eax
        jmp     *%rbx
END bad_stack
PROGRAM wild_jump
        movabs  $0x7fff00000000, %rax
        jmp     *%rax
END wild_jump
// Calls with flags set that the kernel must not run with.
PROGRAM stray_flags
        pushfq
        orl     $0x44400, (%rsp)
        popfq
        mov     $41, %edi
        CALL    3
        pushfq
        andl    $~0x44400, (%rsp)
        popfq
        mov     %rax, %rdi
        EXIT
END stray_flags
// Three instructions to step over, one of them a call.
PROGRAM step
        nop
        CALL    1
        xor     %edi, %edi
        EXIT
END step

        .section .note.GNU-stack, "", @progbits
