#include "hal/x86_common/registers.h"

#include <gtest/gtest.h>

#include "hal/x86_common/xsave.h"

namespace jacinth::hal::x86 {
namespace {

template <typename T>
std::span<const std::byte> bytes_of(const T& value) {
  return std::as_bytes(std::span(&value, 1));
}

TEST(GeneralRegisters, TakeOnlyAddressesThatCanBe) {
  GeneralRegisters registers{};
  GeneralRegisters wanted{};
  wanted.rip = (uint64_t{1} << 47) - 1;
  wanted.fs_base = ~uint64_t{0} << 47;
  EXPECT_TRUE(write_general(registers, bytes_of(wanted)));
  EXPECT_EQ(registers.rip, wanted.rip);
  wanted.rip = uint64_t{1} << 47;
  EXPECT_EQ(write_general(registers, bytes_of(wanted)), fail(Status::InvalidArgs));
  wanted.rip = 0;
  wanted.gs_base = uint64_t{1} << 47;
  EXPECT_EQ(write_general(registers, bytes_of(wanted)), fail(Status::InvalidArgs));
  EXPECT_EQ(registers.gs_base, 0u);
}

TEST(GeneralRegisters, KeepFlagsThatAreNotThePrograms) {
  GeneralRegisters registers{};
  registers.rflags = kInitialFlags;
  GeneralRegisters wanted{};
  wanted.rflags = ~uint64_t{0};
  EXPECT_TRUE(write_general(registers, bytes_of(wanted)));
  EXPECT_EQ(registers.rflags, kInitialFlags | kUserFlags);
  EXPECT_EQ(registers.rflags & kFlagNestedTask, 0u);
  wanted.rflags = 0;
  EXPECT_TRUE(write_general(registers, bytes_of(wanted)));
  EXPECT_EQ(registers.rflags, kInitialFlags);
}

TEST(GeneralRegisters, MustHaveTheRightSize) {
  GeneralRegisters registers{};
  std::byte buffer[sizeof registers + 1] = {};
  const std::span<const std::byte> all(buffer);
  EXPECT_EQ(write_general(registers, all), fail(Status::InvalidArgs));
  EXPECT_EQ(write_general(registers, all.first(sizeof registers - 1)),
            fail(Status::BufferTooSmall));
}

TEST(DebugRegisters, RefuseReservedBitsAndKernelAddresses) {
  DebugRegisters registers{};
  DebugRegisters wanted{};
  wanted.dr[0] = 0x1000;
  wanted.dr7 = 0x403;
  EXPECT_TRUE(write_debug(registers, bytes_of(wanted)));
  EXPECT_EQ(registers.dr[0], 0x1000u);
  EXPECT_EQ(registers.dr6, kInitialDr6);
  wanted.dr[3] = ~uint64_t{0};
  EXPECT_EQ(write_debug(registers, bytes_of(wanted)), fail(Status::InvalidArgs));
  wanted.dr[3] = 0;
  wanted.dr7 = uint64_t{1} << 32;
  EXPECT_EQ(write_debug(registers, bytes_of(wanted)), fail(Status::InvalidArgs));
}

struct VectorSet {
  std::byte zmm[32][64];
  uint64_t opmask[8];
  uint32_t mxcsr, reserved;
};

class XsaveTest : public testing::Test {
 protected:
  // As processors with AVX-512 lay it out.
  const XsaveLayout layout_{
      .mask = 0xe7, .bytes = 2688, .avx = 576, .opmask = 1088, .zmm_high = 1152, .zmm_16_31 = 1664};
  std::byte image_[kMaxXsaveBytes];
};

TEST_F(XsaveTest, AFreshThreadHasInitialRegisters) {
  memset(image_, 0xff, sizeof image_);
  init_xsave_image(layout_, image_);
  VectorSet set;
  ASSERT_TRUE(read_vector(layout_, image_, std::as_writable_bytes(std::span(&set, 1))));
  EXPECT_EQ(set.mxcsr, kInitialMxcsr);
  EXPECT_EQ(set.zmm[31][63], std::byte{0});
  std::byte fp[160];
  ASSERT_TRUE(read_floating_point(layout_, image_, fp));
  EXPECT_EQ(fp[0], std::byte{kInitialFcw & 0xff});
  EXPECT_EQ(fp[1], std::byte{kInitialFcw >> 8});
}

TEST_F(XsaveTest, VectorsComeBackAsWritten) {
  init_xsave_image(layout_, image_);
  VectorSet written{};
  for (size_t i = 0; i < 32; ++i) {
    for (size_t j = 0; j < 64; ++j) written.zmm[i][j] = static_cast<std::byte>(i * 64 + j * 7);
  }
  for (size_t i = 0; i < 8; ++i) written.opmask[i] = i * 0x1111;
  written.mxcsr = 0x9fc0;
  ASSERT_TRUE(write_vector(layout_, image_, bytes_of(written)));
  VectorSet read{};
  ASSERT_TRUE(read_vector(layout_, image_, std::as_writable_bytes(std::span(&read, 1))));
  EXPECT_EQ(memcmp(&read, &written, sizeof read), 0);
  // They are where the processor will look.
  EXPECT_EQ(memcmp(image_ + 160 + 16 * 5, written.zmm[5], 16), 0);
  EXPECT_EQ(memcmp(image_ + 576 + 16 * 5, written.zmm[5] + 16, 16), 0);
  EXPECT_EQ(memcmp(image_ + 1152 + 32 * 5, written.zmm[5] + 32, 32), 0);
  EXPECT_EQ(memcmp(image_ + 1664 + 64 * 4, written.zmm[20], 64), 0);
  // The x87 registers were not touched.
  EXPECT_EQ(image_[512] & std::byte{1}, std::byte{0});
}

TEST_F(XsaveTest, RegistersTheProcessorLacksReadAsZero) {
  const XsaveLayout small{.mask = 7, .bytes = 832, .avx = 576};
  init_xsave_image(small, image_);
  VectorSet written;
  memset(&written, 0x77, sizeof written);
  written.mxcsr = kInitialMxcsr;
  ASSERT_TRUE(write_vector(small, image_, bytes_of(written)));
  VectorSet read;
  ASSERT_TRUE(read_vector(small, image_, std::as_writable_bytes(std::span(&read, 1))));
  EXPECT_EQ(read.zmm[15][31], std::byte{0x77});
  EXPECT_EQ(read.zmm[15][32], std::byte{0});
  EXPECT_EQ(read.zmm[16][0], std::byte{0});
  EXPECT_EQ(read.opmask[0], 0u);
}

TEST_F(XsaveTest, ReservedMxcsrBitsAreRefused) {
  init_xsave_image(layout_, image_);
  VectorSet set{};
  set.mxcsr = 1u << 16;
  EXPECT_EQ(write_vector(layout_, image_, bytes_of(set)), fail(Status::InvalidArgs));
}

TEST_F(XsaveTest, FloatingPointComesBackAsWritten) {
  init_xsave_image(layout_, image_);
  std::byte written[160] = {};
  for (size_t i = 32; i < sizeof written; ++i) written[i] = static_cast<std::byte>(i);
  written[0] = std::byte{0x7f};
  written[1] = std::byte{0x0f};
  ASSERT_TRUE(write_floating_point(layout_, image_, written));
  std::byte read[160];
  ASSERT_TRUE(read_floating_point(layout_, image_, read));
  EXPECT_EQ(memcmp(read, written, sizeof read), 0);
  // mxcsr, in between, is not part of the set.
  uint32_t mxcsr;
  memcpy(&mxcsr, image_ + 24, sizeof mxcsr);
  EXPECT_EQ(mxcsr, kInitialMxcsr);
}

TEST(Xsave, ThisProcessorsLayoutIsUsable) {
  const XsaveLayout layout = detect_xsave_layout();
  ASSERT_EQ(layout.mask & 3, 3u);
  EXPECT_GE(layout.bytes, 576u);
  EXPECT_LE(layout.bytes, kMaxXsaveBytes);
}

}  // namespace
}  // namespace jacinth::hal::x86
