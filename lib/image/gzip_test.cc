#include "image/gzip.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace jacinth::image {
namespace {

class Text final : public Unpacked {
 public:
  bool append(std::byte byte) override {
    if (text.size() >= most) return false;
    text.push_back(std::to_integer<char>(byte));
    return true;
  }
  bool repeat(size_t distance, size_t bytes) override {
    if (distance > text.size() - start || text.size() + bytes > most) return false;
    for (; bytes != 0; --bytes) text.push_back(text[text.size() - distance]);
    return true;
  }
  Bytes view() const override { return std::as_bytes(std::span(text)).subspan(start); }
  void restart() override { start = text.size(); }

  std::string text;
  size_t start = 0;
  size_t most = 1 << 20;
};

Bytes bytes(const std::vector<uint8_t>& from) { return std::as_bytes(std::span(from)); }

// gzip -9n of "hello, hello, hello, hello\n": codes that need no tables.
const std::vector<uint8_t> kHello{0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03,
                                  0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xd7, 0x51, 0xc8, 0xc0, 0xa4,
                                  0xb8, 0x00, 0x4b, 0x21, 0xa1, 0x29, 0x1b, 0x00, 0x00, 0x00};
// Stored: 3 bytes.
const std::vector<uint8_t> kStored{0x01, 0x03, 0x00, 0xfc, 0xff, 'a', 'b', 'c', 0x99};

TEST(Gzip, UnpacksRepetitions) {
  Text out;
  ASSERT_TRUE(gunzip(bytes(kHello), out));
  EXPECT_EQ(out.text, "hello, hello, hello, hello\n");
}

TEST(Gzip, UnpacksMembersOneAfterTheOther) {
  std::vector<uint8_t> twice = kHello;
  twice.insert(twice.end(), kHello.begin(), kHello.end());
  twice.insert(twice.end(), 512, 0);
  Text out;
  ASSERT_TRUE(gunzip(bytes(twice), out));
  EXPECT_EQ(out.text, "hello, hello, hello, hello\nhello, hello, hello, hello\n");
}

TEST(Gzip, ChecksWhatItHasUnpacked) {
  std::vector<uint8_t> wrong = kHello;
  wrong[23] ^= 1;
  Text out;
  EXPECT_STREQ(gunzip(bytes(wrong), out).error().what, "checksum");
}

TEST(Gzip, AnyByteMayBeWrongOrMissing) {
  for (size_t i = 0; i < kHello.size(); ++i) {
    const std::vector<uint8_t> cut(kHello.begin(), kHello.begin() + static_cast<ptrdiff_t>(i));
    Text out;
    EXPECT_FALSE(gunzip(bytes(cut), out)) << i;
    for (int bit = 0; bit < 8; ++bit) {
      std::vector<uint8_t> wrong = kHello;
      wrong[i] = static_cast<uint8_t>(wrong[i] ^ 1 << bit);
      Text other;
      (void)gunzip(bytes(wrong), other);
    }
  }
}

TEST(Gzip, NeedsRoom) {
  Text out;
  out.most = 10;
  EXPECT_FALSE(gunzip(bytes(kHello), out));
}

TEST(Inflate, TakesStoredBytesAndSaysHowMany) {
  Text out;
  const auto taken = inflate(bytes(kStored), out);
  ASSERT_TRUE(taken);
  EXPECT_EQ(*taken, 8u);
  EXPECT_EQ(out.text, "abc");
}

TEST(Inflate, RefusesWhatCannotBe) {
  Text out;
  EXPECT_STREQ(inflate(bytes({0x07}), out).error().what, "unknown kind of block");
  EXPECT_STREQ(inflate(bytes({0x01, 3, 0, 0, 0}), out).error().what, "size of a stored block");
  EXPECT_STREQ(inflate(bytes({}), out).error().what, "size of a stored block");
  // A distance of one before anything has been written.
  EXPECT_FALSE(inflate(bytes({0x03, 0x02, 0x00, 0x00}), out));
}

}  // namespace
}  // namespace jacinth::image
