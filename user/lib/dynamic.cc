#include "lib/dynamic.h"

namespace user {

struct ElfSymbol {
  uint32_t name;
  uint8_t info, other;
  uint16_t section;
  uint64_t value, size;

  static constexpr uint8_t kLocal = 0, kWeak = 2;
  static constexpr uint8_t kDefaultVisibility = 0;
  static constexpr uint16_t kUndefined = 0;
  uint8_t binding() const { return info >> 4; }
  bool defined() const { return section != kUndefined; }
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

struct FileHeader {
  uint8_t identity[16];
  uint16_t type, machine;
  uint32_t version;
  uint64_t entry, program_offset, section_offset;
  uint32_t flags;
  uint16_t header_size, program_size, program_count;
};
struct ProgramHeader {
  uint32_t type, flags;
  uint64_t offset, address, physical, file_size, memory_size, alignment;
};
constexpr uint32_t kProgramDynamic = 2;

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

uint32_t hash_of(const char* name) {
  uint32_t hash = 0;
  for (; *name != '\0'; ++name) {
    hash = (hash << 4) + static_cast<uint8_t>(*name);
    hash ^= hash >> 24 & 0xf0;
  }
  return hash & 0x0fffffff;
}

const ElfSymbol* find_definition(const DynamicImage& image, const char* name) {
  const uint32_t buckets = image.hash[0];
  const uint32_t* chains = image.hash + 2 + buckets;
  for (uint32_t i = image.hash[2 + hash_of(name) % buckets]; i != 0; i = chains[i]) {
    const ElfSymbol& symbol = image.symbols[i];
    if (symbol.defined() && !(symbol.binding() == ElfSymbol::kLocal) &&
        same(image.strings + symbol.name, name))
      return &symbol;
  }
  return nullptr;
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
  const auto* program = reinterpret_cast<const ProgramHeader*>(base + header->program_offset);
  for (size_t i = 0; i < header->program_count; ++i) {
    if (program[i].type == kProgramDynamic)
      return read_dynamic(base, reinterpret_cast<const DynamicEntry*>(base + program[i].address));
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
