// Loading and saving the floating-point and vector units.

.option arch, +f, +d, +v
.section .text

// void load_floating_point(const uint64_t f[32], uint32_t fcsr)
.global load_floating_point
load_floating_point:
  fscsr a1
.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  fld f\n, 8*\n(a0)
.endr
  ret

// uint32_t save_floating_point(uint64_t f[32]): returns fcsr
.global save_floating_point
save_floating_point:
.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  fsd f\n, 8*\n(a0)
.endr
  frcsr a0
  ret

// uint64_t vector_register_bytes()
.global vector_register_bytes
vector_register_bytes:
  csrr a0, vlenb
  ret

// void load_vectors(const VectorState*)
.global load_vectors
load_vectors:
  addi a1, a0, 32
  vsetvli t0, zero, e8, m8, ta, ma
  vle8.v v0, (a1)
  add a1, a1, t0
  vle8.v v8, (a1)
  add a1, a1, t0
  vle8.v v16, (a1)
  add a1, a1, t0
  vle8.v v24, (a1)
  ld t0, 8(a0)
  ld t1, 16(a0)
  vsetvl zero, t0, t1
  ld t0, 0(a0)
  csrw vstart, t0
  ld t0, 24(a0)
  csrw vcsr, t0
  ret

// void save_vectors(VectorState*)
.global save_vectors
save_vectors:
  csrr t0, vstart
  sd t0, 0(a0)
  csrr t0, vl
  sd t0, 8(a0)
  csrr t0, vtype
  sd t0, 16(a0)
  csrr t0, vcsr
  sd t0, 24(a0)
  csrw vstart, zero
  addi a1, a0, 32
  vsetvli t0, zero, e8, m8, ta, ma
  vse8.v v0, (a1)
  add a1, a1, t0
  vse8.v v8, (a1)
  add a1, a1, t0
  vse8.v v16, (a1)
  add a1, a1, t0
  vse8.v v24, (a1)
  // What is loaded is to stay as it was.
  ld t0, 8(a0)
  ld t1, 16(a0)
  vsetvl zero, t0, t1
  ld t0, 0(a0)
  csrw vstart, t0
  ret
