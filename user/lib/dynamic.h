// Dynamic linking: an image's tables of symbols and relocations ("System V Application Binary
// Interface", chapters 4 and 5).
//
// All of it works before the program that contains it is relocated: it uses no global data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace user {

struct DynamicEntry {
  int64_t tag;
  uint64_t value;
};
enum DynamicTag : int64_t {
  kDynamicEnd = 0,
  kDynamicNeeded = 1,
  kDynamicPltBytes = 2,
  kDynamicHash = 4,
  kDynamicStrings = 5,
  kDynamicSymbols = 6,
  kDynamicRela = 7,
  kDynamicRelaBytes = 8,
  kDynamicName = 14,
  kDynamicPlt = 23,
  kDynamicInitArray = 25,
  kDynamicInitArrayBytes = 27,
  kDynamicGnuHash = 0x6ffffef5,
};

struct ElfSymbol;
struct ElfRelocation;

// One loaded image. Its tables are trusted: whoever could forge them could have forged its code.
struct DynamicImage {
  uintptr_t base = 0;  // add to the file's addresses
  const DynamicEntry* entries = nullptr;
  const ElfSymbol* symbols = nullptr;
  const char* strings = nullptr;
  const uint32_t* hash = nullptr;      // bucket count, chain count, buckets, chains
  const uint32_t* gnu_hash = nullptr;  // the other form, with a filter before its buckets
  const ElfRelocation* rela = nullptr;
  size_t rela_bytes = 0;
  const ElfRelocation* plt = nullptr;
  size_t plt_bytes = 0;
  using Initializer = void (*)();
  const Initializer* init_array = nullptr;
  size_t init_array_bytes = 0;

  // Can be asked for symbols.
  bool has_symbols() const {
    return symbols != nullptr && strings != nullptr && (hash != nullptr || gnu_hash != nullptr);
  }
};

// The tables that `entries` (PT_DYNAMIC) point to.
DynamicImage read_dynamic(uintptr_t base, const DynamicEntry* entries);
// The same for an image whose first page, with its program headers, is at `base`; `entries` is
// nullptr in the result when it has none.
DynamicImage read_image(uintptr_t base);

// Where the image defines a symbol of this name, for others to use; 0: it does not.
uintptr_t find_symbol(const DynamicImage& image, const char* name);

// Applies the image's relocations, with symbols from the first image in `scope` that has them;
// `scope` may contain the image itself. False when one is missing (`*missing` is its name then) or
// a relocation is of an unknown kind (`*missing` is empty).
bool relocate(const DynamicImage& image, std::span<const DynamicImage* const> scope,
              const char** missing);

}  // namespace user
