#include "lib/dynamic.h"

#include "image/elf.h"
#include "image/elf_records.h"

namespace user {

using jacinth::image::FileHeader;
using jacinth::image::Segment;
using jacinth::image::SegmentType;

struct ElfSymbol : jacinth::image::SymbolRecord {
  // Other images may neither see nor replace it.
  bool own() const { return binding() == kLocal || (other & 3) != kDefaultVisibility; }
};

struct ElfRelocation {
  uint64_t offset;
  uint64_t info;
  int64_t addend;

  uint32_t type() const { return static_cast<uint32_t>(info); }
  uint64_t symbol() const { return info >> 32; }
};

namespace {

#if defined(__x86_64__)
constexpr uint32_t kNone = 0, kAbsolute = 1, kCopy = 5, kGlobal = 6, kJumpSlot = 7, kRelative = 8;
#elif defined(__riscv)
// There, R_RISCV_64 serves for GLOB_DAT too.
constexpr uint32_t kNone = 0, kAbsolute = 2, kCopy = 4, kGlobal = 2, kJumpSlot = 5, kRelative = 3;
#endif

bool same(const char* left, const char* right) {
  while (*left != '\0' && *left == *right) ++left, ++right;
  return *left == *right;
}

uint32_t sysv_hash_of(const char* name) {
  uint32_t hash = 0;
  for (; *name != '\0'; ++name) {
    hash = (hash << 4) + static_cast<uint8_t>(*name);
    hash ^= hash >> 24 & 0xf0;
  }
  return hash & 0x0fffffff;
}

uint32_t gnu_hash_of(const char* name) {
  uint32_t hash = 5381;
  for (; *name != '\0'; ++name) hash = hash * 33 + static_cast<uint8_t>(*name);
  return hash;
}

bool defines(const DynamicImage& image, const ElfSymbol& symbol, const char* name) {
  return symbol.defined() && symbol.binding() != ElfSymbol::kLocal &&
         same(image.strings + symbol.name, name);
}

const ElfSymbol* find_sysv(const DynamicImage& image, const char* name) {
  const uint32_t buckets = image.hash[0];
  const uint32_t* chains = image.hash + 2 + buckets;
  for (uint32_t i = image.hash[2 + sysv_hash_of(name) % buckets]; i != 0; i = chains[i]) {
    if (defines(image, image.symbols[i], name)) return &image.symbols[i];
  }
  return nullptr;
}

// Bucket count, the first symbol that is hashed, count of the filter's words, its shift; the
// filter; buckets; and for each hashed symbol its hash, whose lowest bit ends a chain instead.
const ElfSymbol* find_gnu(const DynamicImage& image, const char* name) {
  const uint32_t buckets = image.gnu_hash[0];
  const uint32_t first = image.gnu_hash[1];
  const uint32_t filter_words = image.gnu_hash[2];
  const auto* filter = reinterpret_cast<const uint64_t*>(image.gnu_hash + 4);
  const auto* bucket = reinterpret_cast<const uint32_t*>(filter + filter_words);
  const uint32_t* hashes = bucket + buckets;

  const uint32_t hash = gnu_hash_of(name);
  const uint32_t second = hash >> image.gnu_hash[3];
  const uint64_t word = filter[hash / 64 % filter_words];
  if ((word >> hash % 64 & word >> second % 64 & 1) == 0) return nullptr;

  uint32_t i = bucket[hash % buckets];
  if (i < first) return nullptr;  // an empty bucket
  for (;; ++i) {
    const uint32_t found = hashes[i - first];
    if ((found | 1) == (hash | 1) && defines(image, image.symbols[i], name))
      return &image.symbols[i];
    if ((found & 1) != 0) return nullptr;
  }
}

const ElfSymbol* find_definition(const DynamicImage& image, const char* name) {
  return image.gnu_hash != nullptr ? find_gnu(image, name) : find_sysv(image, name);
}

struct Definition {
  const DynamicImage* image = nullptr;
  const ElfSymbol* symbol = nullptr;
  uintptr_t address() const { return symbol == nullptr ? 0 : image->base + symbol->value; }
};

Definition resolve(const DynamicImage& user, const ElfSymbol& symbol,
                   std::span<const DynamicImage* const> scope, const DynamicImage* skip) {
  if (symbol.defined() && symbol.own()) return {&user, &symbol};
  const char* name = user.strings + symbol.name;
  for (const DynamicImage* image : scope) {
    if (image == skip || !image->has_symbols()) continue;
    if (const ElfSymbol* found = find_definition(*image, name)) return {image, found};
  }
  return symbol.defined() ? Definition{&user, &symbol} : Definition{};
}

// The program has room for a library's variable, and everybody uses that: takes over its first
// value.
void copy_variable(const Definition& from, std::byte* to, size_t size) {
  const auto* source = reinterpret_cast<const std::byte*>(from.address());
  for (size_t i = 0; i < size; ++i) to[i] = source[i];
}

bool apply(const DynamicImage& image, std::span<const DynamicImage* const> scope,
           const ElfRelocation& rela, const char** missing) {
  auto* place = reinterpret_cast<uintptr_t*>(image.base + rela.offset);
  const auto addend = static_cast<uintptr_t>(rela.addend);
  const uint32_t type = rela.type();
  if (type == kNone) return true;
  if (type == kRelative) {
    *place = image.base + addend;
    return true;
  }
  if (type != kJumpSlot && type != kGlobal && type != kAbsolute && type != kCopy) return false;
  const ElfSymbol& symbol = image.symbols[rela.symbol()];
  const Definition found = resolve(image, symbol, scope, type == kCopy ? &image : nullptr);
  if (found.symbol == nullptr && (symbol.binding() != ElfSymbol::kWeak || type == kCopy)) {
    *missing = image.strings + symbol.name;
    return false;
  }
  if (type == kCopy) {
    copy_variable(found, reinterpret_cast<std::byte*>(place), symbol.size);
  } else {
    *place = found.address() + (type == kAbsolute ? addend : 0);
  }
  return true;
}

}  // namespace

DynamicImage read_dynamic(uintptr_t base, const DynamicEntry* entries) {
  DynamicImage image{.base = base, .entries = entries};
  for (const DynamicEntry* entry = entries; entry->tag != kDynamicEnd; ++entry) {
    const uintptr_t address = base + entry->value;
    switch (entry->tag) {
      case kDynamicSymbols:
        image.symbols = reinterpret_cast<const ElfSymbol*>(address);
        break;
      case kDynamicStrings:
        image.strings = reinterpret_cast<const char*>(address);
        break;
      case kDynamicHash:
        image.hash = reinterpret_cast<const uint32_t*>(address);
        break;
      case kDynamicGnuHash:
        image.gnu_hash = reinterpret_cast<const uint32_t*>(address);
        break;
      case kDynamicRela:
        image.rela = reinterpret_cast<const ElfRelocation*>(address);
        break;
      case kDynamicRelaBytes:
        image.rela_bytes = entry->value;
        break;
      case kDynamicPlt:
        image.plt = reinterpret_cast<const ElfRelocation*>(address);
        break;
      case kDynamicPltBytes:
        image.plt_bytes = entry->value;
        break;
      case kDynamicInitArray:
        image.init_array = reinterpret_cast<const DynamicImage::Initializer*>(address);
        break;
      case kDynamicInitArrayBytes:
        image.init_array_bytes = entry->value;
        break;
      default:
        break;
    }
  }
  return image;
}

DynamicImage read_image(uintptr_t base) {
  const auto* header = reinterpret_cast<const FileHeader*>(base);
  const auto* segments = reinterpret_cast<const Segment*>(base + header->segments_offset);
  for (size_t i = 0; i < header->segment_count; ++i) {
    if (segments[i].type == SegmentType::Dynamic)
      return read_dynamic(base, reinterpret_cast<const DynamicEntry*>(base + segments[i].address));
  }
  return {.base = base};
}

uintptr_t find_symbol(const DynamicImage& image, const char* name) {
  const ElfSymbol* symbol = find_definition(image, name);
  return symbol == nullptr ? 0 : image.base + symbol->value;
}

bool relocate(const DynamicImage& image, std::span<const DynamicImage* const> scope,
              const char** missing) {
  *missing = "";
  for (size_t i = 0; i < image.rela_bytes / sizeof(ElfRelocation); ++i) {
    if (!apply(image, scope, image.rela[i], missing)) return false;
  }
  for (size_t i = 0; i < image.plt_bytes / sizeof(ElfRelocation); ++i) {
    if (!apply(image, scope, image.plt[i], missing)) return false;
  }
  return true;
}

}  // namespace user
