#include "image/elf_symbols.h"

#include <gtest/gtest.h>

#include <string>

#include "image/test_images.h"

namespace jacinth::image {
namespace {

using test::Buffer;
using test::put;

// One segment holds the whole file; addresses are file offsets plus kBase.
constexpr uint64_t kBase = 0x10000;
constexpr size_t kSize = 0x600;
constexpr size_t kDynamic = 0x100, kStrings = 0x200, kSymbols = 0x300, kGnu = 0x400, kSysv = 0x500;
constexpr size_t kStringsSize = 27;  // "\0printf\0exit\0syscall\0ghost\0"

constexpr int64_t kTagHash = 4, kTagStrings = 5, kTagSymbols = 6, kTagStringsSize = 10,
                  kTagSymbolSize = 11, kTagGnuHash = 0x6ffffef5;

struct FileSymbol {
  uint32_t name;
  uint8_t info, other;
  uint16_t section;
  uint64_t value, size;
};

void put_dynamic(Buffer& file, std::initializer_list<std::pair<int64_t, uint64_t>> entries) {
  size_t offset = kDynamic;
  for (const auto& [tag, value] : entries) {
    put(file, offset, tag);
    put(file, offset + 8, value);
    offset += 16;
  }
}

void put_words(Buffer& file, size_t offset, std::initializer_list<uint32_t> words) {
  for (uint32_t word : words) {
    put(file, offset, word);
    offset += 4;
  }
}

// Symbols 1 to 4: printf, exit, syscall, and ghost, which is undefined. Hash values are published
// ones, except ghost's, whose chain entry the others' chains lead past.
Buffer library() {
  Buffer file =
      test::make_elf({test::load_segment(5, 0, kBase, kSize, kSize),
                      {SegmentType::Dynamic, 4, kDynamic, kBase + kDynamic, 0, 0x80, 0x80, 8}},
                     kSize);
  put_dynamic(file, {{kTagStrings, kBase + kStrings},
                     {kTagSymbols, kBase + kSymbols},
                     {kTagStringsSize, kStringsSize},
                     {kTagSymbolSize, 24},
                     {kTagGnuHash, kBase + kGnu},
                     {kTagHash, kBase + kSysv},
                     {0, 0}});
  using namespace std::literals;
  test::put_text(file, kStrings, "\0printf\0exit\0syscall\0ghost\0"sv);
  put(file, kSymbols + 24, FileSymbol{1, 0x12, 0, 5, 0x1111, 16});
  put(file, kSymbols + 48, FileSymbol{8, 0x22, 0, 5, 0x2222, 8});
  put(file, kSymbols + 72, FileSymbol{13, 0x11, 0, 6, 0x3333, 4});
  put(file, kSymbols + 96, FileSymbol{21, 0x12, 0, 0, 0, 0});
  // One bucket: symbols 1 to 4 in one chain.
  put_words(file, kGnu, {1, 1, 1, 6, ~0u, ~0u, 1});
  put_words(file, kGnu + 28, {0x156b2bb8, 0x7c967e3e, 0xbac212a0, 0x0f3d0a51});
  put_words(file, kSysv, {1, 5, 1, 0, 2, 3, 4, 0});
  return file;
}

// With the GNU table's tag made into one that nobody knows.
Buffer sysv_library() {
  Buffer file = library();
  put<int64_t>(file, kDynamic + 4 * 16, 0x60000000);
  return file;
}

TEST(DynamicSymbols, FindsThroughEitherHashTable) {
  for (const Buffer& file : {library(), sysv_library()}) {
    const auto elf = Elf::parse(file);
    ASSERT_TRUE(elf);
    const auto symbols = DynamicSymbols::of(*elf);
    ASSERT_TRUE(symbols) << symbols.error().what;
    const auto printf_symbol = symbols->find("printf");
    ASSERT_TRUE(printf_symbol);
    EXPECT_EQ(printf_symbol->name, "printf");
    EXPECT_EQ(printf_symbol->address, 0x1111u);
    EXPECT_EQ(printf_symbol->size, 16u);
    EXPECT_EQ(printf_symbol->binding(), 1);
    EXPECT_EQ(printf_symbol->type(), 2);
    EXPECT_EQ(printf_symbol->file_offset, kSymbols + 24);
    EXPECT_EQ(symbols->find("exit")->address, 0x2222u);
    EXPECT_EQ(symbols->find("exit")->binding(), 2);
    EXPECT_EQ(symbols->find("syscall")->address, 0x3333u);
    EXPECT_EQ(symbols->find("syscall")->type(), 1);
    EXPECT_FALSE(symbols->find("ghost")) << "undefined";
    EXPECT_FALSE(symbols->find("print"));
    EXPECT_FALSE(symbols->find(""));
  }
}

TEST(DynamicSymbols, IteratesByIndex) {
  const Buffer file = library();
  const auto elf = Elf::parse(file);
  const auto symbols = DynamicSymbols::of(*elf);
  ASSERT_TRUE(symbols);
  EXPECT_EQ(symbols->at(0)->name, "");
  EXPECT_EQ(symbols->at(4)->name, "ghost");
  EXPECT_FALSE(symbols->at(4)->defined());
  EXPECT_FALSE(symbols->at(32)) << "past the segment";
  EXPECT_FALSE(symbols->at(UINT32_MAX));
}

TEST(DynamicSymbols, BloomFilterRulesOut) {
  Buffer file = library();
  put<uint64_t>(file, kGnu + 16, 0);
  EXPECT_FALSE(DynamicSymbols::of(*Elf::parse(file))->find("printf"));
}

TEST(DynamicSymbols, RefusesMissingTables) {
  struct Case {
    size_t entry;
    const char* what;
  };
  for (const Case& missing :
       {Case{0, "no dynamic string table"}, Case{1, "no dynamic symbol table"},
        Case{2, "no dynamic string table"}}) {
    Buffer file = library();
    put<int64_t>(file, kDynamic + missing.entry * 16, 0x60000000);
    EXPECT_BAD(DynamicSymbols::of(*Elf::parse(file)), missing.what, kDynamic);
  }
  Buffer unhashed = sysv_library();
  put<int64_t>(unhashed, kDynamic + 5 * 16, 0x60000000);
  EXPECT_BAD(DynamicSymbols::of(*Elf::parse(unhashed)), "no symbol hash table", kDynamic);

  Buffer no_dynamic = library();
  put(no_dynamic, test::kElfFirstSegment + sizeof(Segment), SegmentType::Note);
  EXPECT_BAD(DynamicSymbols::of(*Elf::parse(no_dynamic)), "no dynamic section", 64u);
}

TEST(DynamicSymbols, RefusesDamagedTables) {
  struct Damage {
    size_t offset;
    uint64_t value;
    const char* what;
    uint64_t at;
  };
  constexpr size_t kValue = kDynamic + 8;
  constexpr Damage kDamages[] = {
      {kValue + 0 * 16, kBase + kSize, "dynamic string table lies outside the file", kDynamic},
      {kValue + 0 * 16, UINT64_MAX, "dynamic string table lies outside the file", kDynamic},
      {kValue + 1 * 16, 0, "dynamic symbol table lies outside the file", kDynamic},
      {kValue + 2 * 16, 0, "dynamic string table lies outside the file", kDynamic},
      {kValue + 2 * 16, kSize, "dynamic string table lies outside the file", kDynamic},
      {kValue + 2 * 16, UINT64_MAX, "dynamic string table lies outside the file", kDynamic},
      {kValue + 2 * 16, kStringsSize - 1, "dynamic string table is not terminated", kStrings},
      {kValue + 3 * 16, 16, "wrong dynamic symbol size", kDynamic},
      {kValue + 4 * 16, 1, "symbol hash table lies outside the file", kDynamic},
      {kValue + 4 * 16, kBase + kSize - 15, "symbol hash table is cut short", kSize - 15},
      {kGnu, 0x1'0000'0000, "symbol hash table has no buckets", kGnu},
      {kGnu, 0x1'ffff'ffff, "symbol hash table is cut short", kGnu},
      {kGnu + 8, 0x6'ffff'ffff, "symbol hash table is cut short", kGnu},
  };
  for (const Damage& damage : kDamages) {
    Buffer file = library();
    put(file, damage.offset, damage.value);
    EXPECT_BAD(DynamicSymbols::of(*Elf::parse(file)), damage.what, damage.at);
  }
}

TEST(DynamicSymbols, RefusesADamagedSysvTable) {
  Buffer no_buckets = sysv_library();
  put<uint32_t>(no_buckets, kSysv, 0);
  EXPECT_BAD(DynamicSymbols::of(*Elf::parse(no_buckets)), "symbol hash table has no buckets",
             kSysv);

  Buffer endless = sysv_library();
  put<uint32_t>(endless, kSysv + 4, UINT32_MAX);
  EXPECT_BAD(DynamicSymbols::of(*Elf::parse(endless)), "symbol hash table is cut short", kSysv);

  Buffer at_end = sysv_library();
  put<uint64_t>(at_end, kDynamic + 5 * 16 + 8, kBase + kSize - 7);
  EXPECT_BAD(DynamicSymbols::of(*Elf::parse(at_end)), "symbol hash table is cut short", kSize - 7);
}

TEST(DynamicSymbols, DamagedChainsEnd) {
  Buffer circle = sysv_library();
  put_words(circle, kSysv + 8, {1, 0, 2, 1, 4, 0});
  EXPECT_FALSE(DynamicSymbols::of(*Elf::parse(circle))->find("syscall"));

  Buffer stray = sysv_library();
  put_words(stray, kSysv + 8, {UINT32_MAX});
  EXPECT_FALSE(DynamicSymbols::of(*Elf::parse(stray))->find("printf"));

  Buffer unending = library();  // no chain entry has its low bit set, to the end of the segment
  put_words(unending, kGnu + 40, {0x0f3d0a50});
  EXPECT_FALSE(DynamicSymbols::of(*Elf::parse(unending))->find("nothing"));

  Buffer below = library();
  put_words(below, kGnu + 24, {0});
  EXPECT_FALSE(DynamicSymbols::of(*Elf::parse(below))->find("printf"));

  Buffer far = library();
  put_words(far, kGnu + 24, {UINT32_MAX});
  EXPECT_FALSE(DynamicSymbols::of(*Elf::parse(far))->find("printf"));
}

TEST(DynamicSymbols, NameOutsideTheStringTableIsNoSymbol) {
  Buffer file = library();
  put<uint32_t>(file, kSymbols + 24, kStringsSize);
  const auto symbols = DynamicSymbols::of(*Elf::parse(file));
  ASSERT_TRUE(symbols);
  EXPECT_FALSE(symbols->at(1));
  EXPECT_FALSE(symbols->find("printf"));
}

TEST(DynamicSymbols, SurvivesEveryFlippedBit) {
  for (const Buffer& good : {library(), sysv_library()}) {
    for (size_t bit = kDynamic * 8; bit < 0x540 * 8; ++bit) {
      Buffer file = good;
      file[bit / 8] ^= std::byte(1 << (bit % 8));
      const auto elf = Elf::parse(file);
      if (!elf) continue;
      const auto symbols = DynamicSymbols::of(*elf);
      if (!symbols) continue;
      for (std::string_view name : {"printf", "exit", "nothing"}) {
        if (const auto symbol = symbols->find(name)) EXPECT_EQ(symbol->name, name);
      }
    }
  }
}

}  // namespace
}  // namespace jacinth::image
