#include "image/elf.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <ranges>

#include "image/test_images.h"

namespace jacinth::image {
namespace {

using test::Buffer;
using test::load_segment;
using test::make_elf;
using test::put;

// Code from the file's start at 0x1000, data with 0x1800 bytes of zeros after it at 0x3000, a path
// and a stack size. Program headers: 64, 120, 176, 232.
constexpr size_t kCode = 64, kData = 120, kInterpreter = 176, kStack = 232;
constexpr uint64_t kPathOffset = 0x200;

// Fields of a program header.
enum : size_t { kFileOffset = 8, kAddress = 16, kFileSize = 32, kMemorySize = 40, kAlignment = 48 };

Buffer program() {
  Buffer bytes = make_elf({load_segment(5, 0, 0x1000, 0x300, 0x300),
                           load_segment(6, 0x300, 0x3300, 0x100, 0x1900),
                           {SegmentType::Interpreter, 4, kPathOffset, 0, 0, 10, 10, 1},
                           {SegmentType::GnuStack, 6, 0, 0, 0, 0, 0x40000, 16}},
                          0x400);
  test::put_text(bytes, kPathOffset, "lib/ld.so");
  return bytes;
}

TEST(Elf, DescribesAProgram) {
  const Buffer file = program();
  const auto elf = Elf::parse(file);
  ASSERT_TRUE(elf);
  EXPECT_EQ(elf->machine(), ElfMachine::X86_64);
  EXPECT_TRUE(elf->position_independent());
  EXPECT_EQ(elf->entry(), 0x1010u);
  EXPECT_EQ(elf->segment_count(), 4u);
  EXPECT_EQ(elf->segments_offset(), 64u);
  EXPECT_EQ(elf->load_span().start, 0x1000u);
  EXPECT_EQ(elf->load_span().size, 0x4000u);
  EXPECT_EQ(elf->interpreter(), "lib/ld.so");
  EXPECT_EQ(elf->stack_size(), 0x40000u);

  const auto segments = std::ranges::to<std::vector>(*elf);
  ASSERT_EQ(segments.size(), 4u);
  EXPECT_TRUE(segments[0].executable());
  EXPECT_FALSE(segments[0].writable());
  EXPECT_TRUE(segments[1].readable());
  EXPECT_TRUE(segments[1].writable());
  EXPECT_FALSE(segments[1].executable());
  EXPECT_EQ(segments[1].first_page(), 0x3000u);
  EXPECT_EQ(segments[1].end_page(), 0x5000u);
}

TEST(Elf, KnowsFixedProgramsAndRiscV) {
  Buffer file = program();
  put<uint16_t>(file, test::kElfType, 2);
  put(file, test::kElfMachine, ElfMachine::RiscV64);
  const auto elf = Elf::parse(file);
  ASSERT_TRUE(elf);
  EXPECT_FALSE(elf->position_independent());
  EXPECT_EQ(elf->machine(), ElfMachine::RiscV64);
}

TEST(Elf, InterpreterAndStackAreOptional) {
  const Buffer file = make_elf({load_segment(5, 0, 0, 0x100, 0x100)}, 0x100);
  const auto elf = Elf::parse(file);
  ASSERT_TRUE(elf);
  EXPECT_FALSE(elf->interpreter());
  EXPECT_FALSE(elf->stack_size());
  EXPECT_FALSE(elf->dynamic_value(1));

  Buffer unsized = program();
  put<uint64_t>(unsized, kStack + kMemorySize, 0);
  EXPECT_FALSE(Elf::parse(unsized)->stack_size());
}

TEST(Elf, TranslatesAddresses) {
  const Buffer file = program();
  const auto elf = Elf::parse(file);
  ASSERT_TRUE(elf);
  EXPECT_EQ(elf->file_offset_of(0x1000), 0u);
  EXPECT_EQ(elf->file_offset_of(0x3310), 0x310u);
  EXPECT_EQ(elf->bytes_from(0x3310)->size(), 0xf0u);
  EXPECT_EQ(elf->bytes_from(0x3310)->data(), file.data() + 0x310);
  EXPECT_FALSE(elf->file_offset_of(0x3400)) << "zeros that are not in the file";
  EXPECT_FALSE(elf->bytes_from(0x3400));
  EXPECT_FALSE(elf->bytes_from(0xfff));
  EXPECT_TRUE(elf->code_at(0x1010));
  EXPECT_FALSE(elf->code_at(0x1300));
  EXPECT_FALSE(elf->code_at(0x3310)) << "not executable";
}

TEST(Elf, RefusesEveryTruncation) {
  const Buffer file = program();
  for (size_t size = 0; size < file.size(); ++size) {
    const auto elf = Elf::parse(test::prefix(file, size));
    ASSERT_FALSE(elf) << size;
    if (size < 64) EXPECT_BAD(elf, "too short for an ELF header", size);
    if (size >= 64 && size < 288) EXPECT_BAD(elf, "program headers lie outside the file", 32u);
    if (size >= 288 && size < 0x300) EXPECT_BAD(elf, "segment lies outside the file", kCode);
    if (size >= 0x300) EXPECT_BAD(elf, "segment lies outside the file", kData);
  }
}

TEST(Elf, RefusesADamagedHeader) {
  struct Damage {
    size_t offset;
    uint16_t value;
    const char* what;
  };
  constexpr Damage kDamages[] = {
      {0, 0x457e, "not an ELF file"},
      {4, 0x0101, "not a 64-bit ELF file"},
      {4, 0x0202, "not a little-endian ELF file"},
      {6, 0, "unknown ELF version"},
      {20, 2, "unknown ELF version"},
      {16, 1, "neither an executable nor a shared object"},
      {16, 4, "neither an executable nor a shared object"},
      {18, 3, "built for neither x86-64 nor RISC-V"},
      {18, 183, "built for neither x86-64 nor RISC-V"},
      {52, 63, "wrong ELF header size"},
      {54, 32, "wrong program header size"},
      {56, 0, "no program headers"},
      {56, 0xffff, "too many program headers"},
      {56, 18, "program headers lie outside the file"},
  };
  for (const Damage& damage : kDamages) {
    Buffer file = program();
    put(file, damage.offset, damage.value);
    const auto elf = Elf::parse(file);
    ASSERT_FALSE(elf) << damage.what;
    EXPECT_STREQ(elf.error().what, damage.what);
  }
}

TEST(Elf, RefusesProgramHeadersBeyondAddressArithmetic) {
  for (uint64_t offset : {UINT64_MAX, UINT64_MAX - 223, uint64_t{0x400}, uint64_t{0x321}}) {
    Buffer file = program();
    put(file, test::kElfSegmentsOffset, offset);
    EXPECT_BAD(Elf::parse(file), "program headers lie outside the file", 32u);
  }
}

TEST(Elf, RefusesDamagedSegments) {
  struct Damage {
    size_t offset;
    uint64_t value;
    const char* what;
    uint64_t at;
  };
  constexpr Damage kDamages[] = {
      {kCode + kFileSize, 0x301, "segment is larger in the file than in memory", kCode},
      {kCode + kMemorySize, 0, "segment is larger in the file than in memory", kCode},
      {kData + kFileSize, 0x101, "segment lies outside the file", kData},
      {kData + kFileOffset, UINT64_MAX, "segment lies outside the file", kData},
      {kCode + kAlignment, 0x1001, "segment alignment is not a power of two", kCode},
      {kCode + kAddress, 0x1001, "segment's address and file offset differ within a page", kCode},
      {kData + kMemorySize, UINT64_MAX, "segment passes the end of the address space", kData},
      {kData + kMemorySize, UINT64_MAX - 0x3300, "segment passes the end of the address space",
       kData},
      {kData + kAddress, 0x1300, "segments overlap or are out of order", kData},
      {kData + kAddress, 0x300, "segments overlap or are out of order", kData},
      {kInterpreter + kFileOffset, UINT64_MAX, "PT_INTERP lies outside the file", kInterpreter},
      {kInterpreter + kFileSize, UINT64_MAX, "PT_INTERP lies outside the file", kInterpreter},
      {kInterpreter + kFileSize, 0, "PT_INTERP has an impossible length", kInterpreter},
      {kInterpreter + kFileSize, 1, "PT_INTERP has an impossible length", kInterpreter},
      {kInterpreter + kFileSize, 9, "PT_INTERP is not terminated", kPathOffset},
  };
  for (const Damage& damage : kDamages) {
    Buffer file = program();
    put(file, damage.offset, damage.value);
    EXPECT_BAD(Elf::parse(file), damage.what, damage.at);
  }
}

TEST(Elf, RefusesAnOverlongInterpreter) {
  Buffer file = program();
  file.resize(0x2000);
  put<uint64_t>(file, kInterpreter + kFileSize, 4097);
  EXPECT_BAD(Elf::parse(file), "PT_INTERP has an impossible length", kInterpreter);
}

TEST(Elf, RefusesDuplicates) {
  Buffer paths = program();
  put(paths, kStack, SegmentType::Interpreter);
  EXPECT_BAD(Elf::parse(paths), "more than one PT_INTERP", kStack);

  Buffer dynamics = program();
  put(dynamics, kInterpreter, SegmentType::Dynamic);
  put(dynamics, kStack, SegmentType::Dynamic);
  EXPECT_BAD(Elf::parse(dynamics), "more than one PT_DYNAMIC", kStack);
  put<uint64_t>(dynamics, kInterpreter + kFileSize, 0x201);
  EXPECT_BAD(Elf::parse(dynamics), "PT_DYNAMIC lies outside the file", kInterpreter);
}

TEST(Elf, RefusesNothingToLoad) {
  Buffer file = program();
  put(file, kCode, SegmentType::Note);
  put(file, kData, SegmentType::Note);
  EXPECT_BAD(Elf::parse(file), "nothing to load", 64u);
}

TEST(Elf, PassesOverEmptyLoadSegments) {
  Buffer file = program();
  put<uint64_t>(file, kData + kFileSize, 0);
  put<uint64_t>(file, kData + kMemorySize, 0);
  const auto elf = Elf::parse(file);
  ASSERT_TRUE(elf);
  EXPECT_EQ(elf->load_span().size, 0x1000u);
}

TEST(Elf, MayEndAtTheTopOfTheAddressSpace) {
  Buffer file = program();
  put<uint64_t>(file, kData + kMemorySize, UINT64_MAX - 4095 - 0x3300);
  const auto elf = Elf::parse(file);
  ASSERT_TRUE(elf);
  EXPECT_EQ(elf->load_span().start + elf->load_span().size, UINT64_MAX - 4095);
}

TEST(Elf, SurvivesEveryFlippedBit) {
  const Buffer good = program();
  for (size_t bit = 0; bit < 288 * 8; ++bit) {
    Buffer file = good;
    file[bit / 8] ^= std::byte(1 << (bit % 8));
    const auto elf = Elf::parse(file);
    if (!elf) continue;
    EXPECT_LT(elf->interpreter().value_or("").size(), file.size());
    elf->code_at(elf->entry());
    for (Segment segment : *elf) {
      if (const auto bytes = elf->bytes_from(segment.address)) {
        EXPECT_LE(bytes->size(), file.size());
      }
    }
  }
}

TEST(Elf, ReadsARealProgram) {
  std::ifstream program("/bin/true", std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(program), {}};
  const auto elf = Elf::parse(std::as_bytes(std::span(bytes)));
  ASSERT_TRUE(elf) << elf.error().what;
  EXPECT_TRUE(elf->code_at(elf->entry()));
  ASSERT_TRUE(elf->interpreter());
  EXPECT_TRUE(elf->interpreter()->starts_with("/lib"));
  EXPECT_TRUE(elf->dynamic_value(1)) << "DT_NEEDED";
}

}  // namespace
}  // namespace jacinth::image
