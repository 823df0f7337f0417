#include "image/elf_file_symbols.h"

#include <gtest/gtest.h>

#include "image/test_images.h"

namespace jacinth::image {
namespace {

using test::Buffer;
using test::load_segment;
using test::make_elf;
using test::put;

// Where the parts of the file lie: three section headers (null, .symtab, .strtab), two symbols and
// the null one, their names.
constexpr size_t kSections = 0x200, kSymbols = 0x300, kStrings = 0x380, kFileBytes = 0x400;
constexpr size_t kSymbolTable = kSections + 64, kStringTable = kSections + 128;
// Fields of a section header, of a symbol and of the file header.
constexpr size_t kType = 4, kOffset = 24, kSize = 32, kLink = 40;
constexpr size_t kSection = 6, kValue = 8, kSymbolSize = 16;
constexpr size_t kSectionsOffset = 40, kSectionCount = 60;

void put_symbol(Buffer& file, size_t index, uint32_t name, uint16_t section, uint64_t value) {
  const size_t at = kSymbols + 24 * index;
  put<uint32_t>(file, at, name);
  put<uint16_t>(file, at + kSection, section);
  put<uint64_t>(file, at + kValue, value);
  put<uint64_t>(file, at + kSymbolSize, 120);
}

Buffer with_symbols() {
  Buffer file = make_elf({load_segment(5, 0, 0, 0x200, 0x200)}, kFileBytes);
  put<uint64_t>(file, kSectionsOffset, kSections);
  put<uint16_t>(file, kSectionCount, 3);
  put<uint32_t>(file, kSymbolTable + kType, 2);
  put<uint64_t>(file, kSymbolTable + kOffset, kSymbols);
  put<uint64_t>(file, kSymbolTable + kSize, 3 * 24);
  put<uint32_t>(file, kSymbolTable + kLink, 2);
  put<uint64_t>(file, kStringTable + kOffset, kStrings);
  put<uint64_t>(file, kStringTable + kSize, 32);
  test::put_text(file, kStrings + 1, "constants");
  test::put_text(file, kStrings + 11, "elsewhere");
  put_symbol(file, 1, 1, 4, 0x5520);
  put_symbol(file, 2, 11, 0, 0);
  return file;
}

std::optional<Symbol> find(const Buffer& file, std::string_view name) {
  const auto elf = Elf::parse(file);
  EXPECT_TRUE(elf);
  return elf ? find_file_symbol(*elf, name) : std::nullopt;
}

TEST(ElfFileSymbols, FindsADefinedSymbol) {
  const Buffer file = with_symbols();
  const auto symbol = find(file, "constants");
  ASSERT_TRUE(symbol);
  EXPECT_EQ(symbol->name, "constants");
  EXPECT_EQ(symbol->address, 0x5520u);
  EXPECT_EQ(symbol->size, 120u);
  EXPECT_EQ(symbol->file_offset, kSymbols + 24);
}

TEST(ElfFileSymbols, NamesMatchAsAWhole) {
  const Buffer file = with_symbols();
  EXPECT_FALSE(find(file, "constant"));
  EXPECT_FALSE(find(file, "constants2"));
  EXPECT_FALSE(find(file, "onstants"));
  EXPECT_FALSE(find(file, "elsewhere")) << "undefined";
}

TEST(ElfFileSymbols, AStrippedFileHasNone) {
  EXPECT_FALSE(find(make_elf({load_segment(5, 0, 0, 0x200, 0x200)}, 0x200), "constants"));
}

TEST(ElfFileSymbols, DamageMeansNotFound) {
  struct Damage {
    size_t at;
    uint64_t value;
  };
  constexpr Damage kDamages[] = {
      {kSectionsOffset, kFileBytes - 32},     {kSectionsOffset, ~uint64_t{0}},
      {kSymbolTable + kOffset, ~uint64_t{7}}, {kSymbolTable + kSize, ~uint64_t{0}},
      {kStringTable + kOffset, kFileBytes},   {kStringTable + kSize, 5},
      {kSymbolTable + kLink, 0xffff},
  };
  for (const Damage& damage : kDamages) {
    Buffer file = with_symbols();
    if (damage.at == kSymbolTable + kLink) {
      put<uint32_t>(file, damage.at, static_cast<uint32_t>(damage.value));
    } else {
      put<uint64_t>(file, damage.at, damage.value);
    }
    EXPECT_FALSE(find(file, "constants")) << std::hex << damage.at << ' ' << damage.value;
  }
}

TEST(ElfFileSymbols, SurvivesEveryFlippedBitAndTruncation) {
  const Buffer good = with_symbols();
  for (size_t bit = kSectionsOffset * 8; bit < good.size() * 8; ++bit) {
    Buffer file = good;
    file[bit / 8] ^= std::byte(1 << (bit % 8));
    const auto elf = Elf::parse(file);
    if (!elf) continue;
    if (const auto symbol = find_file_symbol(*elf, "constants")) {
      EXPECT_EQ(symbol->name, "constants");
    }
  }
  for (size_t size = 0x200; size < kStrings + 32; ++size) {
    EXPECT_FALSE(find(test::prefix(good, size), "constants")) << size;
  }
}

}  // namespace
}  // namespace jacinth::image
