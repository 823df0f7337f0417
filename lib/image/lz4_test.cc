#include "image/lz4.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "image/xxhash.h"

namespace jacinth::image {
namespace {

Bytes bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

TEST(Xxh32, KnowsItsTestValues) {
  EXPECT_EQ(xxh32({}), 0x02cc5d05u);
  EXPECT_EQ(xxh32(bytes_of("a")), 0x550d7456u);
  EXPECT_EQ(xxh32(bytes_of("abc")), 0x32d153ffu);
  EXPECT_EQ(xxh32(bytes_of("Nobody inspects the spammish repetition")), 0xe2293b2fu);
}

// Builds frames by hand.
class Frame {
 public:
  explicit Frame(uint8_t more_flags = 0) {
    add32(0x184d2204);
    const size_t header = bytes_.size();
    add8(0x60 | more_flags);  // version 1, independent blocks
    add8(0x40);               // of at most 64 KiB
    add8(static_cast<uint8_t>(xxh32(Bytes(bytes_).subspan(header)) >> 8));
  }
  Frame& add8(uint8_t value) {
    bytes_.push_back(std::byte{value});
    return *this;
  }
  Frame& add32(uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8) add8(static_cast<uint8_t>(value >> shift));
    return *this;
  }
  Frame& block(std::string_view content) {
    add32(static_cast<uint32_t>(content.size()));
    return text(content);
  }
  Frame& text(std::string_view content) {
    for (char c : content) add8(static_cast<uint8_t>(c));
    return *this;
  }
  Bytes bytes() const { return bytes_; }
  std::vector<std::byte>& raw() { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

// What it unpacks to; nothing when it fails.
std::optional<std::string> unpacked(const Frame& frame, size_t size) {
  std::string out(size, '?');
  if (!unpack_lz4(frame.bytes(), std::as_writable_bytes(std::span(out)))) return std::nullopt;
  return out;
}

using namespace std::string_view_literals;

TEST(Lz4, UnpacksLiterals) {
  EXPECT_EQ(unpacked(Frame()
                         .block("\x30"
                                "abc"sv)
                         .add32(0),
                     3),
            "abc");
  EXPECT_EQ(unpacked(Frame().add32(0), 0), "");
}

TEST(Lz4, UnpacksStoredBlocks) {
  EXPECT_EQ(unpacked(Frame().add32(1u << 31 | 3).text("abc").add32(0), 3), "abc");
}

TEST(Lz4, RepeatsWhatAMatchItselfMakes) {
  // One literal, then 4 + 5 from one byte before, then one literal.
  EXPECT_EQ(unpacked(Frame()
                         .block("\x15"
                                "a\x01\x00\x10"
                                "b"sv)
                         .add32(0),
                     11),
            "aaaaaaaaaab");
}

TEST(Lz4, LengthsGoOnInFurtherBytes) {
  const std::string many(15 + 255 + 1, 'x');
  EXPECT_EQ(unpacked(Frame().block("\xf0\xff\x01" + many).add32(0), many.size()), many);
}

TEST(Lz4, MatchesReachIntoEarlierBlocks) {
  const Frame frame = Frame()
                          .block(
                              "\x40"
                              "abcd"sv)
                          .block("\x00\x04\x00\x10!"sv)
                          .add32(0);
  EXPECT_EQ(unpacked(frame, 9), "abcdabcd!");
}

TEST(Lz4, RefusesWhatReachesOutside) {
  // A match before the beginning, one of distance 0, literals that are not there, too much output.
  EXPECT_EQ(unpacked(Frame()
                         .block("\x10"
                                "a\x02\x00\x00"sv)
                         .add32(0),
                     5),
            std::nullopt);
  EXPECT_EQ(unpacked(Frame()
                         .block("\x10"
                                "a\x00\x00\x00"sv)
                         .add32(0),
                     5),
            std::nullopt);
  EXPECT_EQ(unpacked(Frame()
                         .block("\x50"
                                "abc"sv)
                         .add32(0),
                     5),
            std::nullopt);
  EXPECT_EQ(unpacked(Frame()
                         .block("\x30"
                                "abc"sv)
                         .add32(0),
                     2),
            std::nullopt);
  EXPECT_EQ(unpacked(Frame().block("\xf0\xff\xff"sv).add32(0), 600), std::nullopt);
}

TEST(Lz4, RefusesWhatDoesNotFillTheRoom) {
  EXPECT_EQ(unpacked(Frame()
                         .block("\x30"
                                "abc"sv)
                         .add32(0),
                     4),
            std::nullopt);
}

TEST(Lz4, RefusesWhatIsCutOff) {
  Frame whole = Frame()
                    .block(
                        "\x30"
                        "abc"sv)
                    .add32(0);
  while (!whole.raw().empty()) {
    whole.raw().pop_back();
    EXPECT_EQ(unpacked(whole, 3), std::nullopt);
  }
}

TEST(Lz4, VerifiesChecksums) {
  constexpr uint8_t kHasChecksum = 4;
  auto frame = [](uint32_t sum) {
    return Frame(kHasChecksum)
        .block(
            "\x30"
            "abc"sv)
        .add32(0)
        .add32(sum);
  };
  EXPECT_EQ(unpacked(frame(xxh32(bytes_of("abc"))), 3), "abc");
  EXPECT_EQ(unpacked(frame(1), 3), std::nullopt);
  Frame damaged = Frame()
                      .block(
                          "\x30"
                          "abc"sv)
                      .add32(0);
  damaged.raw()[5] ^= std::byte{0x10};  // in the header
  EXPECT_EQ(unpacked(damaged, 3), std::nullopt);
}

TEST(Lz4, RefusesOtherVersionsAndDictionaries) {
  EXPECT_EQ(unpacked(Frame(0x80).add32(0), 0), std::nullopt);
  EXPECT_EQ(unpacked(Frame(0x01).add32(0), 0), std::nullopt);
}

}  // namespace
}  // namespace jacinth::image
