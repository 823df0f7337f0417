// The processor's privileged instructions and registers, as plain functions.
#pragma once

#include <cstdint>

namespace jacinth::x86_64 {

enum class Msr : uint32_t {
  ApicBase = 0x1b,
  Pat = 0x277,
  TscDeadline = 0x6e0,
  X2Apic = 0x800,  // register at offset o of the memory-mapped APIC is MSR 0x800 + o / 16
  Efer = 0xc000'0080,
  Star = 0xc000'0081,
  Lstar = 0xc000'0082,
  SyscallMask = 0xc000'0084,
  FsBase = 0xc000'0100,
  GsBase = 0xc000'0101,
  KernelGsBase = 0xc000'0102,  // what SWAPGS exchanges GsBase with
};

inline uint64_t read_msr(Msr msr) {
  uint32_t low, high;
  asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
  return uint64_t{high} << 32 | low;
}
inline void write_msr(Msr msr, uint64_t value) {
  asm volatile("wrmsr" ::"c"(msr), "a"(static_cast<uint32_t>(value)),
               "d"(static_cast<uint32_t>(value >> 32))
               : "memory");
}

struct CpuidResult {
  uint32_t a, b, c, d;
};
inline CpuidResult cpuid(uint32_t leaf, uint32_t subleaf = 0) {
  CpuidResult r;
  asm volatile("cpuid" : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d) : "a"(leaf), "c"(subleaf));
  return r;
}

inline constexpr uint64_t kCr0WriteProtect = 1u << 16;
inline constexpr uint64_t kCr4GlobalPages = 1u << 7;
inline constexpr uint64_t kCr4FxSave = 1u << 9;
inline constexpr uint64_t kCr4VectorExceptions = 1u << 10;
inline constexpr uint64_t kCr4Umip = 1u << 11;
inline constexpr uint64_t kCr4FsGsBase = 1u << 16;
inline constexpr uint64_t kCr4Pcid = 1u << 17;
inline constexpr uint64_t kCr4Xsave = 1u << 18;
inline constexpr uint64_t kCr4Smep = 1u << 20;
inline constexpr uint64_t kCr4Smap = 1u << 21;

inline uint64_t read_cr2() {
  uint64_t value;
  asm volatile("mov %%cr2, %0" : "=r"(value));
  return value;
}
inline uint64_t read_cr3() {
  uint64_t value;
  asm volatile("mov %%cr3, %0" : "=r"(value));
  return value;
}
inline void write_cr3(uint64_t value) { asm volatile("mov %0, %%cr3" ::"r"(value) : "memory"); }
inline uint64_t read_cr4() {
  uint64_t value;
  asm volatile("mov %%cr4, %0" : "=r"(value));
  return value;
}
inline void write_cr4(uint64_t value) { asm volatile("mov %0, %%cr4" ::"r"(value) : "memory"); }
inline void set_xcr0(uint64_t components) {
  asm volatile("xsetbv" ::"c"(0), "a"(static_cast<uint32_t>(components)),
               "d"(static_cast<uint32_t>(components >> 32)));
}

// Drops this CPU's translation of one page of the active address space.
inline void invalidate_page(uint64_t address) {
  asm volatile("invlpg (%0)" ::"r"(address) : "memory");
}

inline uint64_t read_tsc() {
  uint32_t low, high;
  asm volatile("rdtsc" : "=a"(low), "=d"(high));
  return uint64_t{high} << 32 | low;
}

// value * numerator / denominator, rounded down; the largest number when that is larger.
inline uint64_t multiply_divide(uint64_t value, uint64_t numerator, uint64_t denominator) {
  uint64_t low, high;
  asm("mulq %3" : "=a"(low), "=d"(high) : "a"(value), "r"(numerator) : "cc");
  if (high >= denominator) return ~uint64_t{0};
  asm("divq %2" : "+a"(low), "+d"(high) : "r"(denominator) : "cc");
  return low;
}

inline void out8(uint16_t port, uint8_t value) {
  asm volatile("outb %0, %1" ::"a"(value), "Nd"(port));
}
inline void out16(uint16_t port, uint16_t value) {
  asm volatile("outw %0, %1" ::"a"(value), "Nd"(port));
}
inline void out32(uint16_t port, uint32_t value) {
  asm volatile("outl %0, %1" ::"a"(value), "Nd"(port));
}
inline uint8_t in8(uint16_t port) {
  uint8_t value;
  asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}
inline uint16_t in16(uint16_t port) {
  uint16_t value;
  asm volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}
inline uint32_t in32(uint16_t port) {
  uint32_t value;
  asm volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

// For good: nothing will ever wake this CPU but what cannot be masked.
[[noreturn]] inline void stop_for_ever() {
  for (;;) asm volatile("cli\n hlt");
}

}  // namespace jacinth::x86_64
