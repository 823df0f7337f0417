// The fixed-size records of an ELF64 file ("System V Application Binary Interface", chapters 4 and
// 5), laid out as in the file. Whoever reads hostile files takes what elf.h has checked instead.
#pragma once

#include <cstdint>

namespace jacinth::image {

struct FileHeader {  // Elf64_Ehdr
  uint8_t ident[16];
  uint16_t type;
  uint16_t machine;
  uint32_t version;
  uint64_t entry;
  uint64_t segments_offset;
  uint64_t sections_offset;
  uint32_t flags;
  uint16_t header_size;
  uint16_t segment_entry_size;
  uint16_t segment_count;
  uint16_t section_entry_size;
  uint16_t section_count;
  uint16_t section_names;
};
static_assert(sizeof(FileHeader) == 64);

struct SectionHeader {  // Elf64_Shdr
  static constexpr uint32_t kSymbolTable = 2;

  uint32_t name;
  uint32_t type;
  uint64_t flags;
  uint64_t address;
  uint64_t offset;
  uint64_t size;
  uint32_t link;
  uint32_t info;
  uint64_t alignment;
  uint64_t entry_size;
};
static_assert(sizeof(SectionHeader) == 64);

struct SymbolRecord {                               // Elf64_Sym
  static constexpr uint8_t kLocal = 0, kWeak = 2;   // binding
  static constexpr uint8_t kFunction = 2;           // type
  static constexpr uint8_t kDefaultVisibility = 0;  // in the low bits of `other`
  static constexpr uint16_t kUndefined = 0;         // section

  uint32_t name;
  uint8_t info;
  uint8_t other;
  uint16_t section;
  uint64_t value;
  uint64_t size;

  uint8_t binding() const { return info >> 4; }
  uint8_t type() const { return info & 15; }
  bool defined() const { return section != kUndefined; }
};
static_assert(sizeof(SymbolRecord) == 24);

}  // namespace jacinth::image
