#include "hal/host/symbols.h"

#include <algorithm>
#include <cstring>

#include "base/print.h"
#include "hal/host/sys.h"

extern "C" const char __executable_start[];

namespace jacinth::host {
namespace {

// ELF64, as far as needed (System V gABI, chapters 4 and 5).
struct FileHeader {
  uint8_t ident[16];
  uint16_t type, machine;
  uint32_t version;
  uint64_t entry, program_headers, section_headers;
  uint32_t flags;
  uint16_t size, program_header_size, program_header_count, section_header_size, section_count,
      section_names;
};
struct SectionHeader {
  uint32_t name, type;
  uint64_t flags, address, offset, size;
  uint32_t link, info;
  uint64_t alignment, entry_size;
};
struct ElfSymbol {
  uint32_t name;
  uint8_t info, other;
  uint16_t section;
  uint64_t value, size;
};
constexpr uint32_t kSymbolTable = 2;
constexpr uint8_t kFunction = 2;

// Copies the nested name out of a mangled one: _ZN7jacinth3hal4haltEv is jacinth::hal::halt.
std::string_view readable(std::string_view mangled, std::span<char> buffer) {
  BufferSink sink(buffer);
  if (!mangled.starts_with("_Z")) return mangled;
  size_t at = mangled.find_first_of("0123456789");
  bool first = true;
  while (at < mangled.size() && mangled[at] >= '0' && mangled[at] <= '9') {
    size_t length = 0;
    while (at < mangled.size() && mangled[at] >= '0' && mangled[at] <= '9')
      length = length * 10 + static_cast<size_t>(mangled[at++] - '0');
    if (length > mangled.size() - at) break;
    std::string_view part = mangled.substr(at, length);
    at += length;
    if (part.starts_with("_GLOBAL__N")) part = "(anonymous)";
    if (!first) sink.write("::");
    first = false;
    sink.write(part);
  }
  return first ? mangled : sink.view();
}

}  // namespace

uintptr_t program_base() { return reinterpret_cast<uintptr_t>(__executable_start); }

SymbolTable::SymbolTable() {
  constexpr long kSeekEnd = 2;
  constexpr int kMapPrivate = 2;
  const long fd = sys::call(sys::Call::Open, sys::address("/proc/self/exe"), 0);
  if (fd < 0) return;
  const long size = sys::call(sys::Call::Lseek, fd, 0, kSeekEnd);
  const long mapped =
      sys::map(0, static_cast<size_t>(size), sys::kProtRead, kMapPrivate, static_cast<int>(fd), 0);
  sys::call(sys::Call::Close, fd);
  if (sys::is_error(mapped)) return;
  file_ = reinterpret_cast<const std::byte*>(mapped);
  const auto* header = reinterpret_cast<const FileHeader*>(file_);
  const auto* sections = reinterpret_cast<const SectionHeader*>(file_ + header->section_headers);
  for (size_t i = 0; i < header->section_count; ++i) {
    if (sections[i].type != kSymbolTable) continue;
    symbols_ = file_ + sections[i].offset;
    count_ = sections[i].size / sizeof(ElfSymbol);
    names_ = reinterpret_cast<const char*>(file_ + sections[sections[i].link].offset);
    names_bytes_ = sections[sections[i].link].size;
  }
}

Symbol SymbolTable::find(uintptr_t pc) const {
  static char buffer[256];
  const uint64_t address = pc - program_base();
  const auto* symbols = reinterpret_cast<const ElfSymbol*>(symbols_);
  const ElfSymbol* best = nullptr;
  for (size_t i = 0; i < count_; ++i) {
    const ElfSymbol& symbol = symbols[i];
    if ((symbol.info & 15) != kFunction || symbol.value > address) continue;
    if (best == nullptr || symbol.value > best->value) best = &symbol;
  }
  if (best == nullptr || best->name >= names_bytes_) return {"?", address};
  return {readable(names_ + best->name, buffer), address - best->value};
}

}  // namespace jacinth::host
