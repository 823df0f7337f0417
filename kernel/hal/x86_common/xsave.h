// The processor's XSAVE image (Intel SDM volume 1, chapter 13; standard format) and the register
// sets in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"

namespace jacinth::hal::x86 {

inline constexpr uint32_t kInitialMxcsr = 0x1f80;
inline constexpr uint16_t kInitialFcw = 0x37f;
// Enough for every component we keep (up to AVX-512), at the offsets that processors use.
inline constexpr size_t kMaxXsaveBytes = 4096;

// Which components this processor has, and where each lies. Components that programs here cannot
// use (protection keys, tiles) are left out.
struct XsaveLayout {
  uint64_t mask = 0;       // for the feature operand of XSAVE and XRSTOR
  uint32_t bytes = 0;      // size of the image, header included
  uint32_t avx = 0;        // upper halves of ymm0..15; 0 here and below: not there
  uint32_t opmask = 0;     // k0..7
  uint32_t zmm_high = 0;   // upper halves of zmm0..15
  uint32_t zmm_16_31 = 0;  // zmm16..31 whole
};

// Asks the processor; mask 0 when it has no XSAVE or the system does not let programs use it.
XsaveLayout detect_xsave_layout();

// The image of a fresh thread, over all of layout.bytes.
void init_xsave_image(const XsaveLayout& layout, std::byte* image);
// The control words alone, as a call preserves them.
void set_control_words(std::byte* image, uint32_t mxcsr, uint16_t fcw);

// zx_thread_state_fp_regs_t, zx_thread_state_vector_regs_t. Sizes as hal/registers.h says.
Result<> read_floating_point(const XsaveLayout& layout, const std::byte* image,
                             std::span<std::byte> out);
Result<> write_floating_point(const XsaveLayout& layout, std::byte* image,
                              std::span<const std::byte> in);
Result<> read_vector(const XsaveLayout& layout, const std::byte* image, std::span<std::byte> out);
Result<> write_vector(const XsaveLayout& layout, std::byte* image, std::span<const std::byte> in);

}  // namespace jacinth::hal::x86
