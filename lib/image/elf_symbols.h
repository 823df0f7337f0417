// Dynamic symbols of an ELF file, found by name through its hash table as a dynamic linker does.
#pragma once

#include "image/elf.h"

namespace jacinth::image {

struct Symbol {
  std::string_view name;
  uint64_t address;  // as linked: add the load bias
  uint64_t size;
  uint8_t info;
  uint16_t section;
  uint64_t file_offset;  // of the Elf64_Sym itself, for tools that rewrite it

  // STB_LOCAL 0, STB_GLOBAL 1, STB_WEAK 2.
  uint8_t binding() const { return info >> 4; }
  // STT_OBJECT 1, STT_FUNC 2.
  uint8_t type() const { return info & 15; }
  bool defined() const { return section != 0; }
};

class DynamicSymbols {
 public:
  // Fails when the file has no PT_DYNAMIC, no symbol or string table, or neither DT_GNU_HASH nor
  // DT_HASH, or when one of them lies outside the file's segments.
  static Parsed<DynamicSymbols> of(const Elf& elf);

  // The defined symbol of that name. A damaged hash chain ends the search; it cannot loop.
  std::optional<Symbol> find(std::string_view name) const;
  // Symbol 0 is the null symbol; nullopt past the end of the table's segment.
  std::optional<Symbol> at(uint32_t index) const;

 private:
  struct GnuHash {
    uint32_t bucket_count;
    uint32_t first_symbol;
    uint32_t bloom_count;
    uint32_t bloom_shift;
  };
  struct SysvHash {
    uint32_t bucket_count;
    uint32_t chain_count;
  };

  Parsed<> read_hash_table(const Elf& elf);
  std::optional<Symbol> find_gnu(std::string_view name) const;
  std::optional<Symbol> find_sysv(std::string_view name) const;
  std::optional<Symbol> match(uint32_t index, std::string_view name) const;

  Bytes symbols_;
  Bytes strings_;
  uint64_t symbols_file_offset_ = 0;
  Bytes hash_;
  bool gnu_ = false;
  GnuHash gnu_header_{};
  SysvHash sysv_header_{};
};

}  // namespace jacinth::image
