#include "image/elf_symbols.h"

#include "image/elf_records.h"

namespace jacinth::image {
namespace {

constexpr int64_t kHash = 4;
constexpr int64_t kStringTable = 5;
constexpr int64_t kSymbolTable = 6;
constexpr int64_t kStringTableSize = 10;
constexpr int64_t kSymbolSize = 11;
constexpr int64_t kGnuHash = 0x6ffffef5;

uint32_t gnu_hash(std::string_view name) {
  uint32_t hash = 5381;
  for (char c : name) hash = hash * 33 + static_cast<uint8_t>(c);
  return hash;
}

uint32_t sysv_hash(std::string_view name) {
  uint32_t hash = 0;
  for (char c : name) {
    hash = (hash << 4) + static_cast<uint8_t>(c);
    hash ^= (hash >> 24) & 0xf0;
    hash &= 0x0fffffff;
  }
  return hash;
}

}  // namespace

Parsed<DynamicSymbols> DynamicSymbols::of(const Elf& elf) {
  const auto dynamic = elf.find(SegmentType::Dynamic);
  if (!dynamic) return bad("no dynamic section", elf.segments_offset());
  const uint64_t at = dynamic->file_offset;

  DynamicSymbols symbols;
  const auto table = elf.dynamic_value(kSymbolTable);
  if (!table) return bad("no dynamic symbol table", at);
  if (elf.dynamic_value(kSymbolSize).value_or(sizeof(SymbolRecord)) != sizeof(SymbolRecord)) {
    return bad("wrong dynamic symbol size", at);
  }
  const auto table_bytes = elf.bytes_from(*table);
  if (!table_bytes) return bad("dynamic symbol table lies outside the file", at);
  symbols.symbols_ = *table_bytes;
  symbols.symbols_file_offset_ = *elf.file_offset_of(*table);

  const auto strings = elf.dynamic_value(kStringTable);
  const auto strings_size = elf.dynamic_value(kStringTableSize);
  if (!strings || !strings_size) return bad("no dynamic string table", at);
  const auto string_bytes = elf.bytes_from(*strings);
  if (!string_bytes || *strings_size == 0 || *strings_size > string_bytes->size()) {
    return bad("dynamic string table lies outside the file", at);
  }
  symbols.strings_ = string_bytes->first(*strings_size);
  if (symbols.strings_.back() != std::byte{0}) {
    return bad("dynamic string table is not terminated", *elf.file_offset_of(*strings));
  }
  if (auto hash = symbols.read_hash_table(elf); !hash) return std::unexpected(hash.error());
  return symbols;
}

Parsed<> DynamicSymbols::read_hash_table(const Elf& elf) {
  const auto gnu = elf.dynamic_value(kGnuHash);
  const auto sysv = elf.dynamic_value(kHash);
  const uint64_t at = elf.find(SegmentType::Dynamic)->file_offset;
  if (!gnu && !sysv) return bad("no symbol hash table", at);
  const auto bytes = elf.bytes_from(gnu ? *gnu : *sysv);
  if (!bytes) return bad("symbol hash table lies outside the file", at);
  hash_ = *bytes;
  gnu_ = gnu.has_value();

  // The whole table, but for the GNU form's chains, whose length is written nowhere.
  uint64_t size;
  uint32_t buckets;
  if (gnu_) {
    const auto header = load<GnuHash>(hash_, 0);
    if (!header) return bad("symbol hash table is cut short", *elf.file_offset_of(*gnu));
    gnu_header_ = *header;
    buckets = header->bucket_count;
    size = sizeof(GnuHash) + uint64_t{header->bloom_count} * 8 + uint64_t{buckets} * 4;
  } else {
    const auto header = load<SysvHash>(hash_, 0);
    if (!header) return bad("symbol hash table is cut short", *elf.file_offset_of(*sysv));
    sysv_header_ = *header;
    buckets = header->bucket_count;
    size = sizeof(SysvHash) + (uint64_t{buckets} + header->chain_count) * 4;
  }
  const uint64_t table_offset = *elf.file_offset_of(gnu ? *gnu : *sysv);
  if (buckets == 0) return bad("symbol hash table has no buckets", table_offset);
  if (size > hash_.size()) return bad("symbol hash table is cut short", table_offset);
  return {};
}

std::optional<Symbol> DynamicSymbols::at(uint32_t index) const {
  const uint64_t offset = uint64_t{index} * sizeof(SymbolRecord);
  const auto symbol = load<SymbolRecord>(symbols_, offset);
  if (!symbol || symbol->name >= strings_.size()) return std::nullopt;
  // The table ends with a NUL, so every name within it does.
  const char* name = reinterpret_cast<const char*>(strings_.data()) + symbol->name;
  return Symbol{name,         symbol->value,   symbol->size,
                symbol->info, symbol->section, symbols_file_offset_ + offset};
}

std::optional<Symbol> DynamicSymbols::find(std::string_view name) const {
  return gnu_ ? find_gnu(name) : find_sysv(name);
}

std::optional<Symbol> DynamicSymbols::match(uint32_t index, std::string_view name) const {
  const auto symbol = at(index);
  if (!symbol || !symbol->defined() || symbol->name != name) return std::nullopt;
  return symbol;
}

std::optional<Symbol> DynamicSymbols::find_gnu(std::string_view name) const {
  const uint32_t hash = gnu_hash(name);
  const uint64_t bloom = sizeof(GnuHash);
  const uint64_t buckets = bloom + uint64_t{gnu_header_.bloom_count} * 8;
  const uint64_t chains = buckets + uint64_t{gnu_header_.bucket_count} * 4;

  if (gnu_header_.bloom_count != 0) {
    const uint64_t word = (hash / 64) % gnu_header_.bloom_count;
    const uint64_t bits = *load<uint64_t>(hash_, bloom + word * 8);
    const uint64_t second = gnu_header_.bloom_shift < 32 ? hash >> gnu_header_.bloom_shift : 0;
    const uint64_t mask = (1ull << (hash % 64)) | (1ull << (second % 64));
    if ((bits & mask) != mask) return std::nullopt;
  }

  uint32_t index = *load<uint32_t>(hash_, buckets + (hash % gnu_header_.bucket_count) * 4ull);
  if (index < gnu_header_.first_symbol) return std::nullopt;
  // The chain's last entry has its low bit set. A chain without one runs to the end of the bytes.
  for (uint64_t offset = chains + (uint64_t{index} - gnu_header_.first_symbol) * 4;; offset += 4) {
    const auto entry = load<uint32_t>(hash_, offset);
    if (!entry) return std::nullopt;
    if ((*entry | 1) == (hash | 1)) {
      if (const auto symbol = match(index, name)) return symbol;
    }
    if ((*entry & 1) != 0) return std::nullopt;
    ++index;
  }
}

std::optional<Symbol> DynamicSymbols::find_sysv(std::string_view name) const {
  const uint64_t buckets = sizeof(SysvHash);
  const uint64_t chains = buckets + uint64_t{sysv_header_.bucket_count} * 4;
  const uint32_t bucket = sysv_hash(name) % sysv_header_.bucket_count;
  uint32_t index = *load<uint32_t>(hash_, buckets + bucket * 4ull);
  // No chain is longer than the table, so counting ends one that bites its own tail.
  for (uint32_t steps = 0; steps < sysv_header_.chain_count; ++steps) {
    if (index == 0 || index >= sysv_header_.chain_count) return std::nullopt;
    if (const auto symbol = match(index, name)) return symbol;
    index = *load<uint32_t>(hash_, chains + uint64_t{index} * 4);
  }
  return std::nullopt;
}

}  // namespace jacinth::image
