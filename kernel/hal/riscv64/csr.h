// Control and status registers (The RISC-V Instruction Set Manual, volume II).
#pragma once

#include <cstdint>

namespace jacinth::riscv64 {

// By number where assemblers know no name, by name else: read_csr("sip").
#define read_csr(name)                                           \
  ({                                                             \
    uint64_t csr_value_;                                         \
    asm volatile("csrr %0, " name : "=r"(csr_value_)::"memory"); \
    csr_value_;                                                  \
  })
#define write_csr(name, value) asm volatile("csrw " name ", %0" ::"r"(value) : "memory")
#define set_csr(name, bits) asm volatile("csrs " name ", %0" ::"r"(bits) : "memory")
#define clear_csr(name, bits) asm volatile("csrc " name ", %0" ::"r"(bits) : "memory")

// sstatus. Floating point and vectors are off, untouched since loaded, or changed since.
inline constexpr uint64_t kFpMask = 3u << 13, kFpClean = 2u << 13, kFpDirty = 3u << 13;
inline constexpr uint64_t kVectorMask = 3u << 9, kVectorClean = 2u << 9, kVectorDirty = 3u << 9;

// sie and sip.
inline constexpr uint64_t kSoftware = 1u << 1, kTimer = 1u << 5, kExternal = 1u << 9;

// scause.
inline constexpr uint64_t kInterrupt = uint64_t{1} << 63;
enum class Cause : uint64_t {
  InstructionMisaligned = 0,
  InstructionAccess = 1,
  IllegalInstruction = 2,
  Breakpoint = 3,
  LoadMisaligned = 4,
  LoadAccess = 5,
  StoreMisaligned = 6,
  StoreAccess = 7,
  UserCall = 8,
  InstructionPage = 12,
  LoadPage = 13,
  StorePage = 15
};

// satp.
inline constexpr uint64_t kSv39 = uint64_t{8} << 60, kSv48 = uint64_t{9} << 60;

inline void fence_instructions() { asm volatile("fence.i" ::: "memory"); }
// All translations of programs on this hart; the kernel's own are marked global and stay.
inline void flush_user_translations() {
  asm volatile("sfence.vma zero, %0" ::"r"(uint64_t{0}) : "memory");
}
inline void flush_all_translations() { asm volatile("sfence.vma" ::: "memory"); }
inline void flush_user_translation(uint64_t address) {
  asm volatile("sfence.vma %0, %1" ::"r"(address), "r"(uint64_t{0}) : "memory");
}

}  // namespace jacinth::riscv64
