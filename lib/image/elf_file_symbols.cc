#include "image/elf_file_symbols.h"

#include <cstddef>

#include "image/elf_records.h"

namespace jacinth::image {
namespace {

std::optional<SectionHeader> section_at(Bytes file, uint64_t index) {
  const auto offset = load<uint64_t>(file, offsetof(FileHeader, sections_offset));
  if (!offset || !fits(*offset, 0, file.size())) return std::nullopt;
  return load<SectionHeader>(file, *offset + index * sizeof(SectionHeader));
}

std::optional<SectionHeader> symbol_table(Bytes file) {
  const uint64_t count = load<uint16_t>(file, offsetof(FileHeader, section_count)).value_or(0);
  for (uint64_t i = 0; i < count; ++i) {
    const auto section = section_at(file, i);
    if (!section) return std::nullopt;
    if (section->type == SectionHeader::kSymbolTable) return section;
  }
  return std::nullopt;
}

std::optional<Bytes> contents(Bytes file, const SectionHeader& section) {
  if (!fits(section.offset, section.size, file.size())) return std::nullopt;
  return file.subspan(section.offset, section.size);
}

// Whether the NUL-terminated text at `offset` is `name`.
bool text_is(Bytes strings, uint64_t offset, std::string_view name) {
  if (!fits(offset, name.size() + 1, strings.size())) return false;
  const auto* text = reinterpret_cast<const char*>(strings.data()) + offset;
  return std::string_view(text, name.size()) == name && text[name.size()] == '\0';
}

}  // namespace

std::optional<Symbol> find_file_symbol(const Elf& elf, std::string_view name) {
  const Bytes file = elf.file();
  const auto table = symbol_table(file);
  if (!table) return std::nullopt;
  const auto string_table = section_at(file, table->link);
  if (!string_table) return std::nullopt;
  const auto symbols = contents(file, *table);
  const auto strings = contents(file, *string_table);
  if (!symbols || !strings) return std::nullopt;
  for (uint64_t at = 0; at + sizeof(SymbolRecord) <= symbols->size(); at += sizeof(SymbolRecord)) {
    const auto symbol = load<SymbolRecord>(*symbols, at);
    if (!symbol->defined() || !text_is(*strings, symbol->name, name)) continue;
    const auto* text = reinterpret_cast<const char*>(strings->data()) + symbol->name;
    return Symbol{.name = std::string_view(text, name.size()),
                  .address = symbol->value,
                  .size = symbol->size,
                  .info = symbol->info,
                  .section = symbol->section,
                  .file_offset = table->offset + at};
  }
  return std::nullopt;
}

}  // namespace jacinth::image
