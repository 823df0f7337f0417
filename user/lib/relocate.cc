#include "lib/relocate.h"

#include <cstddef>

// Runs before the program is relocated, so it uses nothing but these few structures of the ELF
// specification ("System V Application Binary Interface", chapters 4 and 5).
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
struct DynamicEntry {
  int64_t tag;
  uint64_t value;
};
struct Symbol {
  uint32_t name;
  uint8_t info, other;
  uint16_t section;
  uint64_t value, size;
};
struct Relocation {
  uint64_t offset;
  uint64_t info;  // symbol << 32 | type
  int64_t addend;
};

constexpr uint32_t kProgramDynamic = 2;
constexpr uint16_t kUndefinedSection = 0;
constexpr uint8_t kWeakBinding = 2;

enum DynamicTag : int64_t {
  kEnd = 0,
  kPltRelSize = 2,
  kHash = 4,
  kStringTable = 5,
  kSymbolTable = 6,
  kRela = 7,
  kRelaSize = 8,
  kJumpRel = 23,
};

}  // namespace

extern "C" [[gnu::visibility("hidden")]] const FileHeader __ehdr_start;
extern "C" [[gnu::visibility("hidden")]] const DynamicEntry _DYNAMIC[];

namespace user {
namespace {

#if defined(__x86_64__)
constexpr uint32_t kRelative = 8;
constexpr uint32_t kJumpSlot = 7;
constexpr uint32_t kGlobal = 6;
constexpr uint32_t kAbsolute = 1;
#elif defined(__riscv)
constexpr uint32_t kRelative = 3;
constexpr uint32_t kJumpSlot = 5;
constexpr uint32_t kGlobal = 2;
constexpr uint32_t kAbsolute = 2;
#endif

// The tables of one loaded image.
struct Dynamic {
  uintptr_t base = 0;
  const Symbol* symbols = nullptr;
  const char* strings = nullptr;
  const uint32_t* hash = nullptr;  // kHash: bucket count, chain count, buckets, chains
  const Relocation* rela = nullptr;
  size_t rela_bytes = 0;
  const Relocation* plt = nullptr;
  size_t plt_bytes = 0;
};

Dynamic read_dynamic(uintptr_t base, const DynamicEntry* entry) {
  Dynamic found{.base = base};
  for (; entry->tag != kEnd; ++entry) {
    const uintptr_t address = base + entry->value;
    switch (entry->tag) {
      case kSymbolTable:
        found.symbols = reinterpret_cast<const Symbol*>(address);
        break;
      case kStringTable:
        found.strings = reinterpret_cast<const char*>(address);
        break;
      case kHash:
        found.hash = reinterpret_cast<const uint32_t*>(address);
        break;
      case kRela:
        found.rela = reinterpret_cast<const Relocation*>(address);
        break;
      case kRelaSize:
        found.rela_bytes = entry->value;
        break;
      case kJumpRel:
        found.plt = reinterpret_cast<const Relocation*>(address);
        break;
      case kPltRelSize:
        found.plt_bytes = entry->value;
        break;
      default:
        break;
    }
  }
  return found;
}

const DynamicEntry* find_dynamic(uintptr_t base) {
  const auto* header = reinterpret_cast<const FileHeader*>(base);
  const auto* program = reinterpret_cast<const ProgramHeader*>(base + header->program_offset);
  for (size_t i = 0; i < header->program_count; ++i) {
    if (program[i].type == kProgramDynamic)
      return reinterpret_cast<const DynamicEntry*>(base + program[i].address);
  }
  return nullptr;
}

bool same(const char* left, const char* right) {
  while (*left != '\0' && *left == *right) ++left, ++right;
  return *left == *right;
}

// The hash of the System V ABI, chapter 5.
uint32_t hash_of(const char* name) {
  uint32_t hash = 0;
  for (; *name != '\0'; ++name) {
    hash = (hash << 4) + static_cast<uint8_t>(*name);
    hash ^= hash >> 24 & 0xf0;
  }
  return hash & 0x0fffffff;
}

uintptr_t find_symbol(const Dynamic& library, const char* name) {
  const uint32_t buckets = library.hash[0];
  const uint32_t* chains = library.hash + 2 + buckets;
  for (uint32_t i = library.hash[2 + hash_of(name) % buckets]; i != 0; i = chains[i]) {
    const Symbol& symbol = library.symbols[i];
    if (symbol.section != kUndefinedSection && same(library.strings + symbol.name, name))
      return library.base + symbol.value;
  }
  return 0;
}

bool apply(const Dynamic& self, const Dynamic& vdso, const Relocation* rela, size_t bytes) {
  for (size_t i = 0; i < bytes / sizeof(Relocation); ++i) {
    auto* place = reinterpret_cast<uintptr_t*>(self.base + rela[i].offset);
    const auto addend = static_cast<uintptr_t>(rela[i].addend);
    const auto type = static_cast<uint32_t>(rela[i].info);
    if (type == kRelative) {
      *place = self.base + addend;
      continue;
    }
    if (type != kJumpSlot && type != kGlobal && type != kAbsolute) return false;
    const Symbol& symbol = self.symbols[rela[i].info >> 32];
    uintptr_t value = symbol.section != kUndefinedSection
                          ? self.base + symbol.value
                          : find_symbol(vdso, self.strings + symbol.name);
    if (value == 0 && symbol.info >> 4 != kWeakBinding) return false;
    *place = value + (type == kAbsolute ? addend : 0);
  }
  return true;
}

}  // namespace

bool relocate_self(uintptr_t vdso_base) {
  const DynamicEntry* vdso_dynamic = find_dynamic(vdso_base);
  if (vdso_dynamic == nullptr) return false;
  const Dynamic vdso = read_dynamic(vdso_base, vdso_dynamic);
  if (vdso.hash == nullptr || vdso.symbols == nullptr || vdso.strings == nullptr) return false;
  const Dynamic self = read_dynamic(reinterpret_cast<uintptr_t>(&__ehdr_start), _DYNAMIC);
  return apply(self, vdso, self.rela, self.rela_bytes) &&
         apply(self, vdso, self.plt, self.plt_bytes);
}

}  // namespace user
