// Symbols of an ELF file's full symbol table (.symtab), which needs section headers and may have
// been stripped. For names that are not exported, such as where a vDSO keeps its constants.
#pragma once

#include "image/elf_symbols.h"

namespace jacinth::image {

// The first defined symbol of that name; local ones count. Nullopt also for a file without symbol
// table or with a damaged one. Linear in the table's size.
std::optional<Symbol> find_file_symbol(const Elf& elf, std::string_view name);

}  // namespace jacinth::image
