// The last instructions of this kernel: copied into a page that stays, and run there without address
// translation, from where they put the next kernel in its place and enter it as firmware does.

.section .rodata.next_kernel, "a"
.balign 4
.global riscv64_next_kernel
// a0: hal::KernelMoves, a1: the hart, a2: the device tree, a3: the entry; physical addresses.
riscv64_next_kernel:
  ld t0, 0(a0)
  addi a0, a0, 8
1: beqz t0, 4f
  ld t1, 0(a0)
  ld t2, 8(a0)
  ld t3, 16(a0)
  ld t4, 24(a0)
2: beqz t3, 3f
  lb t5, 0(t2)
  sb t5, 0(t1)
  addi t1, t1, 1
  addi t2, t2, 1
  addi t3, t3, -1
  j 2b
3: beqz t4, 5f
  sb zero, 0(t1)
  addi t1, t1, 1
  addi t4, t4, -1
  j 3b
5: addi a0, a0, 32
  addi t0, t0, -1
  j 1b
4: fence.i
  csrw stvec, a3                    // as SBI firmware leaves it
  mv a0, a1
  mv a1, a2
  li t6, 0
  jr a3
.global riscv64_next_kernel_end
riscv64_next_kernel_end:
