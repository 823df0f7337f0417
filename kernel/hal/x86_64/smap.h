// STAC and CLAC: letting the kernel reach user pages, and not. Not every processor has them, so
// each place is a no-op that start-up replaces (traps.cc) where they exist.
#pragma once

#ifdef __ASSEMBLER__

#define SMAP_SITE(instruction)            \
  771 :.byte 0x0f, 0x1f, 0x00;            \
  .pushsection jacinth_smap_sites, "a";   \
  .quad 771b;                             \
  .byte instruction, 0, 0, 0, 0, 0, 0, 0; \
  .popsection
#define ALLOW_USER_ACCESS SMAP_SITE(0xcb)
#define FORBID_USER_ACCESS SMAP_SITE(0xca)

#else

// The last byte of the instruction 0f 01 xx.
#define JACINTH_SMAP_SITE(instruction)       \
  "771: .byte 0x0f, 0x1f, 0x00\n"            \
  ".pushsection jacinth_smap_sites, \"a\"\n" \
  ".quad 771b\n"                             \
  ".byte " instruction                       \
  ", 0, 0, 0, 0, 0, 0, 0\n"                  \
  ".popsection\n"

namespace jacinth::x86_64 {

inline void allow_user_access() { asm volatile(JACINTH_SMAP_SITE("0xcb")::: "memory"); }
inline void forbid_user_access() { asm volatile(JACINTH_SMAP_SITE("0xca")::: "memory"); }

// Puts the real instructions in. Before kernel code is write-protected.
void enable_smap_sites();

}  // namespace jacinth::x86_64

#endif
