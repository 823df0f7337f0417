#include "image/zstd.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "image/xxhash.h"

namespace jacinth::image {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

Bytes bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

// What it unpacks to; nothing when it fails.
std::optional<std::string> unpacked(std::string_view frame, size_t size) {
  std::string out(size, '?');
  if (!unpack_zstd(bytes_of(frame), std::as_writable_bytes(std::span(out)))) return std::nullopt;
  return out;
}

// As zstd's own library makes it.
std::string packed(std::string_view content, int level, bool with_checksum = true) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, with_checksum ? 1 : 0);
  std::string frame(ZSTD_compressBound(content.size()), '\0');
  const size_t size =
      ZSTD_compress2(context, frame.data(), frame.size(), content.data(), content.size());
  ZSTD_freeCCtx(context);
  EXPECT_FALSE(ZSTD_isError(size)) << ZSTD_getErrorName(size);
  frame.resize(size);
  return frame;
}

// Of bytes that are drawn from a few, and repeated now and then.
std::string some_text(std::mt19937& random, size_t size) {
  const unsigned kinds = 1 + random() % 255;
  std::string text;
  while (text.size() < size) {
    if (text.size() > 100 && random() % 8 == 0) {
      const size_t from = random() % text.size();
      text += std::string(text, from, random() % 300);
    } else {
      for (unsigned i = random() % 20; i != 0; --i)
        text += static_cast<char>(random() % kinds * (random() % kinds) / kinds);
    }
  }
  text.resize(size);
  return text;
}

// A frame's beginning: no checksum, the size of the content in one byte.
std::string frame_of(char size, std::string_view blocks) {
  return std::string("\x28\xb5\x2f\xfd\x20"sv) + size + std::string(blocks);
}

TEST(Xxh64, KnowsItsTestValues) {
  EXPECT_EQ(xxh64({}), 0xef46db3751d8e999u);
  EXPECT_EQ(xxh64(bytes_of("a")), 0xd24ec4f1a98c6e5bu);
  EXPECT_EQ(xxh64(bytes_of("abc")), 0x44bc2cf5ad770999u);
}

TEST(Zstd, UnpacksStoredBlocks) {
  EXPECT_EQ(unpacked(frame_of(5, "\x10\0\0ab\x19\0\0cde"sv), 5), "abcde");
  EXPECT_EQ(unpacked(frame_of(0, "\x01\0\0"sv), 0), "");
}

TEST(Zstd, UnpacksBlocksOfOneByte) {
  EXPECT_EQ(unpacked(frame_of(7, "\x3b\0\0z"sv), 7), "zzzzzzz");
}

TEST(Zstd, UnpacksWhatItsLibraryPacks) {
  std::mt19937 random(2026);
  for (const size_t size : {0, 1, 2, 50, 300, 1'000, 20'000, 140'000, 400'000}) {
    const std::string text = some_text(random, size);
    for (const int level : {-5, 1, 3, 12, 19}) {
      SCOPED_TRACE(testing::Message() << size << " bytes, level " << level);
      EXPECT_TRUE(unpacked(packed(text, level), size) == text);
    }
  }
}

TEST(Zstd, UnpacksWhatCannotBePackedAndWhatIsAllTheSame) {
  std::mt19937 random(7);
  std::string noise(200'000, '\0');
  for (char& byte : noise) byte = static_cast<char>(random());
  EXPECT_TRUE(unpacked(packed(noise, 3), noise.size()) == noise);
  const std::string zeros(300'000, '\0');
  EXPECT_TRUE(unpacked(packed(zeros, 3), zeros.size()) == zeros);
}

TEST(Zstd, RefusesAnotherSizeThanThereIs) {
  const std::string text(1000, 'x');
  EXPECT_EQ(unpacked(packed(text, 3), 999), std::nullopt);
  EXPECT_EQ(unpacked(packed(text, 3), 1001), std::nullopt);
  // A frame that does not tell its size: the room is what counts.
  const std::string untold = "\x28\xb5\x2f\xfd\x00\x00\x19\0\0abc"s;
  EXPECT_EQ(unpacked(untold, 3), "abc");
  EXPECT_EQ(unpacked(untold, 2), std::nullopt);
  EXPECT_EQ(unpacked(untold, 4), std::nullopt);
}

TEST(Zstd, RefusesWhatIsCutOff) {
  std::mt19937 random(3);
  const std::string text = some_text(random, 2'000);
  std::string frame = packed(text, 3);
  while (!frame.empty()) {
    frame.pop_back();
    EXPECT_EQ(unpacked(frame, text.size()), std::nullopt) << frame.size();
  }
}

// With a checksum none of it goes unnoticed; without one, nothing but what is unpacked is wrong.
TEST(Zstd, SurvivesEveryDamagedByte) {
  std::mt19937 random(4);
  const std::string text = some_text(random, 3'000);
  for (const bool checked : {true, false}) {
    const std::string whole = packed(text, 19, checked);
    for (size_t at = 0; at < whole.size(); ++at) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 + random() % 255));
      const auto result = unpacked(damaged, text.size());
      if (checked && result) EXPECT_TRUE(*result == text) << at;
    }
  }
}

TEST(Zstd, VerifiesTheChecksum) {
  std::string frame = packed("some text", 3);
  EXPECT_EQ(unpacked(frame, 9), "some text");
  frame.back() = static_cast<char>(frame.back() ^ 1);
  EXPECT_EQ(unpacked(frame, 9), std::nullopt);
}

TEST(Zstd, RefusesDictionariesAndOtherVersions) {
  EXPECT_EQ(unpacked("\x28\xb5\x2f\xfd\x21\x07\x00\x01\0\0"sv, 0), std::nullopt);
  EXPECT_EQ(unpacked("\x28\xb5\x2f\xfd\x28\x00\x01\0\0"sv, 0), std::nullopt);
  EXPECT_EQ(unpacked("\x28\xb5\x2f\xfe\x20\x00\x01\0\0"sv, 0), std::nullopt);
}

TEST(Zstd, RefusesMatchesFromBeforeTheBeginning) {
  // No literals; one sequence without any, its match 3 bytes from a distance of 4.
  EXPECT_EQ(unpacked(frame_of(3, "\x3d\0\0\0\x01\x54\0\0\0\x01"sv), 3), std::nullopt);
}

}  // namespace
}  // namespace jacinth::image
