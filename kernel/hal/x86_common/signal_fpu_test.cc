#include "hal/x86_common/signal_fpu.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace jacinth::hal::x86 {
namespace {

class SignalFpu : public testing::Test {
 protected:
  SignalFpu() : frame_(signal_fpu_bytes(layout_)) {
    init_xsave_image(layout_, image_);
    image_[160] = std::byte{0x5a};  // xmm0
    image_[512] = std::byte{7};     // x87, SSE and AVX are there
    EXPECT_TRUE(make_signal_fpu(layout_, image_, frame_));
  }
  Result<> take() { return take_signal_fpu(layout_, frame_, taken_); }

  const XsaveLayout layout_{.mask = 7, .bytes = 832, .avx = 576};
  std::byte image_[kMaxXsaveBytes] = {};
  std::byte taken_[kMaxXsaveBytes] = {};
  std::vector<std::byte> frame_;
};

TEST_F(SignalFpu, ComesBackAsItWas) {
  ASSERT_TRUE(take());
  EXPECT_EQ(taken_[160], std::byte{0x5a});
  EXPECT_EQ(memcmp(taken_ + 512, image_ + 512, layout_.bytes - 512), 0);
}

TEST_F(SignalFpu, SaysHowLargeItIs) {
  uint32_t record[2];
  memcpy(record, frame_.data() + 464, sizeof record);
  EXPECT_EQ(record[0], 0x46505853u);
  EXPECT_EQ(record[1], layout_.bytes + 4);
}

TEST_F(SignalFpu, WithoutTheRecordOnlyTheLegacyPartCounts) {
  memset(frame_.data() + 464, 0, 48);
  frame_[600] = std::byte{1};
  ASSERT_TRUE(take());
  EXPECT_EQ(taken_[160], std::byte{0x5a});
  EXPECT_EQ(taken_[600], std::byte{0});
  EXPECT_EQ(taken_[512], std::byte{3});
}

TEST_F(SignalFpu, RefusesWhatTheProcessorWould) {
  frame_[27] = std::byte{1};  // a reserved bit of mxcsr
  EXPECT_EQ(take(), fail(Status::InvalidArgs));
  frame_[27] = std::byte{0};
  frame_[520] = std::byte{1};  // the compact form
  EXPECT_EQ(take(), fail(Status::InvalidArgs));
  frame_[520] = std::byte{0};
  frame_[540] = std::byte{1};  // a reserved byte of the header
  EXPECT_EQ(take(), fail(Status::InvalidArgs));
  EXPECT_EQ(take_signal_fpu(layout_, std::span(frame_).first(100), taken_),
            fail(Status::BufferTooSmall));
}

TEST_F(SignalFpu, ComponentsTheProcessorLacksAreNotLoaded) {
  frame_[512] = std::byte{0xff};
  ASSERT_TRUE(take());
  EXPECT_EQ(taken_[512], std::byte{7});
}

}  // namespace
}  // namespace jacinth::hal::x86
