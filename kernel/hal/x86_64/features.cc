#include "hal/x86_64/features.h"

#include "hal/x86_64/processor.h"

namespace jacinth::x86_64 {

constinit Features features;

namespace {

constexpr bool bit(uint32_t word, unsigned index) { return (word >> index & 1) != 0; }

// x87, SSE, AVX and the three parts of AVX-512: what x86_common/xsave.h knows.
constexpr uint64_t kVectorComponents = 0xe7;
constexpr uint64_t kAvx512Components = 0xe0;

uint64_t vector_components() {
  const CpuidResult leaf = cpuid(0xd);
  uint64_t components = (uint64_t{leaf.d} << 32 | leaf.a) & kVectorComponents;
  // Its parts must be turned on all together or not at all.
  if ((components & kAvx512Components) != kAvx512Components) components &= ~kAvx512Components;
  return components;
}

// PAT entries, chosen by a page's PWT (1) and PCD (2) bits: write-back, write-combining, uncached
// unless a range register says otherwise, uncached. The upper four repeat them.
constexpr uint64_t kPageAttributes = 0x0007'0106'0007'0106;

}  // namespace

const char* detect_features() {
  const uint32_t last = cpuid(0).a;
  const CpuidResult basic = cpuid(1);
  const CpuidResult structured = last >= 7 ? cpuid(7) : CpuidResult{};
  const CpuidResult extended = cpuid(0x8000'0001);
  if (!bit(extended.d, 20)) return "no-execute pages";
  if (!bit(extended.d, 11)) return "SYSCALL";
  if (!bit(basic.c, 26) || last < 0xd) return "XSAVE";
  if (!bit(basic.d, 9)) return "a local APIC";
  features = {.smap = bit(structured.b, 20),
              .smep = bit(structured.b, 7),
              .umip = bit(structured.c, 2),
              .fsgsbase = bit(structured.b, 0),
              .pcid = bit(basic.c, 17),
              .gigabyte_pages = bit(extended.d, 26),
              .x2apic = bit(basic.c, 21),
              .tsc_deadline = bit(basic.c, 24),
              .rdrand = bit(basic.c, 30),
              .xsaveopt = bit(cpuid(0xd, 1).a, 0)};
  return nullptr;
}

void enable_features() {
  uint64_t cr4 = read_cr4() | kCr4GlobalPages | kCr4FxSave | kCr4VectorExceptions | kCr4Xsave;
  if (features.umip) cr4 |= kCr4Umip;
  if (features.fsgsbase) cr4 |= kCr4FsGsBase;
  if (features.pcid) cr4 |= kCr4Pcid;
  if (features.smep) cr4 |= kCr4Smep;
  if (features.smap) cr4 |= kCr4Smap;
  write_cr4(cr4);
  set_xcr0(vector_components());
  write_msr(Msr::Pat, kPageAttributes);
}

}  // namespace jacinth::x86_64
