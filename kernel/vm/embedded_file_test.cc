#include "vm/embedded_file.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace jacinth::vm {
namespace {

// gzip -9n of "hello, hello, hello, hello\n".
const std::vector<uint8_t> kHello{0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03,
                                  0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xd7, 0x51, 0xc8, 0xc0, 0xa4,
                                  0xb8, 0x00, 0x4b, 0x21, 0xa1, 0x29, 0x1b, 0x00, 0x00, 0x00};

std::span<const std::byte> bytes(const std::vector<uint8_t>& from) {
  return std::as_bytes(std::span(from));
}

TEST(EmbeddedFile, LeavesAFileThatIsNotCompressed) {
  const std::vector<uint8_t> elf{0x7f, 'E', 'L', 'F'};
  const auto file = EmbeddedFile::open(bytes(elf));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->bytes().data(), bytes(elf).data());
  EXPECT_EQ(file->bytes().size(), 4);
}

TEST(EmbeddedFile, UnpacksWhatGzipHasMade) {
  const auto file = EmbeddedFile::open(bytes(kHello));
  ASSERT_TRUE(file);
  const std::string text(reinterpret_cast<const char*>(file->bytes().data()), file->bytes().size());
  EXPECT_EQ(text, "hello, hello, hello, hello\n");
}

TEST(EmbeddedFile, RefusesAnotherSizeThanThereIs) {
  for (const uint8_t size : {0x1a, 0x1c}) {
    std::vector<uint8_t> damaged = kHello;
    damaged[damaged.size() - 4] = size;
    EXPECT_EQ(EmbeddedFile::open(bytes(damaged)).error(), Status::InvalidArgs);
  }
  std::vector<uint8_t> huge = kHello;
  huge.back() = 0x7f;
  EXPECT_EQ(EmbeddedFile::open(bytes(huge)).error(), Status::InvalidArgs);
}

TEST(EmbeddedFile, RefusesDamage) {
  std::vector<uint8_t> damaged = kHello;
  damaged[12] ^= 0x40;
  EXPECT_EQ(EmbeddedFile::open(bytes(damaged)).error(), Status::InvalidArgs);
}

}  // namespace
}  // namespace jacinth::vm
