// Where the call slots of the tested image lead: hands the number (eax) and the eight arguments, in order
// and in memory, to fake_kernel_call(), whose result becomes the call's.
  .text
  .global fake_kernel_entry
  .type fake_kernel_entry, @function
fake_kernel_entry:
  push %rbp
  mov %rsp, %rbp
  sub $64, %rsp
  mov %rdi, (%rsp)
  mov %rsi, 8(%rsp)
  mov %rdx, 16(%rsp)
  mov %rcx, 24(%rsp)
  mov %r8, 32(%rsp)
  mov %r9, 40(%rsp)
  mov 16(%rbp), %rcx  // behind the return address: where arguments 7 and 8 are, if there are any
  mov %rcx, 48(%rsp)
  mov 24(%rbp), %rcx
  mov %rcx, 56(%rsp)
  mov %eax, %edi
  mov %rsp, %rsi
  call fake_kernel_call
  leave
  ret
  .size fake_kernel_entry, . - fake_kernel_entry
  .section .note.GNU-stack, "", @progbits
