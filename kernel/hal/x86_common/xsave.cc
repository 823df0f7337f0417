#include "hal/x86_common/xsave.h"

#include <algorithm>
#include <cstring>

#include "hal/x86_common/registers.h"

namespace jacinth::hal::x86 {
namespace {

enum Component : uint32_t { kX87 = 0, kSse = 1, kAvx = 2, kOpmask = 5, kZmmHigh = 6, kZmm16 = 7 };
constexpr uint64_t bit(Component component) { return uint64_t{1} << component; }

constexpr size_t kFcwOffset = 0;
constexpr size_t kMxcsrOffset = 24;
constexpr size_t kXmmOffset = 160;
constexpr size_t kHeaderOffset = 512;  // XSTATE_BV: the components not in their initial state
constexpr size_t kLegacyBytes = 576;   // FXSAVE image and header

struct FloatingPointSet {
  std::byte control_and_pointers[24];
  uint64_t reserved;
  std::byte st[8][16];
};
static_assert(sizeof(FloatingPointSet) == 160);

struct VectorSet {
  std::byte zmm[32][64];
  uint64_t opmask[8];
  uint32_t mxcsr;
  uint32_t reserved;
};
static_assert(sizeof(VectorSet) == 2120);

struct CpuidResult {
  uint32_t a, b, c, d;
};
CpuidResult cpuid(uint32_t leaf, uint32_t subleaf) {
  CpuidResult r;
  asm volatile("cpuid" : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d) : "a"(leaf), "c"(subleaf));
  return r;
}

uint64_t present(const std::byte* image) {
  uint64_t components;
  memcpy(&components, image + kHeaderOffset, sizeof components);
  return components;
}
void mark_present(std::byte* image, uint64_t components) {
  components |= present(image);
  memcpy(image + kHeaderOffset, &components, sizeof components);
}

// Applies `f(image part, register part, bytes)` to each stretch of the vector set that the
// processor has; a component is skipped when `components` does not name it.
template <typename Image, typename Set, typename F>
void for_each_vector_part(const XsaveLayout& layout, Image* image, Set& set, uint64_t components,
                          F f) {
  auto has = [&](Component c) { return (components & layout.mask & bit(c)) != 0; };
  for (size_t i = 0; i < 16; ++i) {
    if (has(kSse)) f(image + kXmmOffset + 16 * i, set.zmm[i], size_t{16});
    if (has(kAvx)) f(image + layout.avx + 16 * i, set.zmm[i] + 16, size_t{16});
    if (has(kZmmHigh)) f(image + layout.zmm_high + 32 * i, set.zmm[i] + 32, size_t{32});
    if (has(kZmm16)) f(image + layout.zmm_16_31 + 64 * i, set.zmm[16 + i], size_t{64});
  }
}

}  // namespace

XsaveLayout detect_xsave_layout() {
  constexpr uint32_t kOsxsave = 1u << 27;
  constexpr uint32_t kXsaveLeaf = 0xd;
  if (cpuid(0, 0).a < kXsaveLeaf || (cpuid(1, 0).c & kOsxsave) == 0) return {};
  uint32_t enabled_low, enabled_high;
  asm volatile("xgetbv" : "=a"(enabled_low), "=d"(enabled_high) : "c"(0));
  XsaveLayout layout{.mask = enabled_low & (bit(kX87) | bit(kSse)), .bytes = kLegacyBytes};
  auto place = [&](Component component, uint32_t* offset) {
    if ((enabled_low & bit(component)) == 0) return;
    const CpuidResult where = cpuid(kXsaveLeaf, component);
    if (where.b + where.a > kMaxXsaveBytes) return;
    *offset = where.b;
    layout.mask |= bit(component);
    layout.bytes = std::max(layout.bytes, where.b + where.a);
  };
  place(kAvx, &layout.avx);
  place(kOpmask, &layout.opmask);
  place(kZmmHigh, &layout.zmm_high);
  place(kZmm16, &layout.zmm_16_31);
  return layout;
}

void init_xsave_image(const XsaveLayout& layout, std::byte* image) {
  memset(image, 0, layout.bytes);
  set_control_words(image, kInitialMxcsr, kInitialFcw);
}

void set_control_words(std::byte* image, uint32_t mxcsr, uint16_t fcw) {
  memcpy(image + kFcwOffset, &fcw, sizeof fcw);
  memcpy(image + kMxcsrOffset, &mxcsr, sizeof mxcsr);
  if (fcw != kInitialFcw) mark_present(image, bit(kX87));
}

Result<> read_floating_point(const XsaveLayout& layout, const std::byte* image,
                             std::span<std::byte> out) {
  FloatingPointSet set{};
  if ((present(image) & bit(kX87)) != 0) {
    memcpy(&set, image, sizeof set);
    set.reserved = 0;
  } else {
    memcpy(&set, &kInitialFcw, sizeof kInitialFcw);
  }
  return copy_out(set, out);
}

Result<> write_floating_point(const XsaveLayout& layout, std::byte* image,
                              std::span<const std::byte> in) {
  FloatingPointSet set;
  TRY(copy_in(in, &set));
  memcpy(image, set.control_and_pointers, sizeof set.control_and_pointers);
  memcpy(image + offsetof(FloatingPointSet, st), set.st, sizeof set.st);
  mark_present(image, bit(kX87));
  return {};
}

Result<> read_vector(const XsaveLayout& layout, const std::byte* image, std::span<std::byte> out) {
  VectorSet set{};
  const uint64_t components = present(image);
  for_each_vector_part(
      layout, image, set, components,
      [](const std::byte* from, std::byte* to, size_t bytes) { memcpy(to, from, bytes); });
  if ((components & layout.mask & bit(kOpmask)) != 0)
    memcpy(set.opmask, image + layout.opmask, sizeof set.opmask);
  memcpy(&set.mxcsr, image + kMxcsrOffset, sizeof set.mxcsr);
  return copy_out(set, out);
}

Result<> write_vector(const XsaveLayout& layout, std::byte* image, std::span<const std::byte> in) {
  constexpr uint32_t kMxcsrReserved = 0xffff0000;
  VectorSet set;
  TRY(copy_in(in, &set));
  if ((set.mxcsr & kMxcsrReserved) != 0) return fail(Status::InvalidArgs);
  for_each_vector_part(
      layout, image, set, layout.mask,
      [](std::byte* to, const std::byte* from, size_t bytes) { memcpy(to, from, bytes); });
  if ((layout.mask & bit(kOpmask)) != 0)
    memcpy(image + layout.opmask, set.opmask, sizeof set.opmask);
  memcpy(image + kMxcsrOffset, &set.mxcsr, sizeof set.mxcsr);
  mark_present(image, layout.mask & ~bit(kX87));
  return {};
}

}  // namespace jacinth::hal::x86
