#include "hal/host/symbols.h"

#include <algorithm>
#include <cstring>

#include "base/print.h"
#include "hal/host/sys.h"
#include "image/elf_records.h"

extern "C" const char __executable_start[];

namespace jacinth::host {
namespace {

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
  const auto* header = reinterpret_cast<const image::FileHeader*>(file_);
  const auto* sections =
      reinterpret_cast<const image::SectionHeader*>(file_ + header->sections_offset);
  for (size_t i = 0; i < header->section_count; ++i) {
    if (sections[i].type != image::SectionHeader::kSymbolTable) continue;
    symbols_ = file_ + sections[i].offset;
    count_ = sections[i].size / sizeof(image::SymbolRecord);
    names_ = reinterpret_cast<const char*>(file_ + sections[sections[i].link].offset);
    names_bytes_ = sections[sections[i].link].size;
  }
}

Symbol SymbolTable::find(uintptr_t pc) const {
  static char buffer[256];
  const uint64_t address = pc - program_base();
  const auto* symbols = reinterpret_cast<const image::SymbolRecord*>(symbols_);
  const image::SymbolRecord* best = nullptr;
  for (size_t i = 0; i < count_; ++i) {
    const image::SymbolRecord& symbol = symbols[i];
    if (symbol.type() != image::SymbolRecord::kFunction || symbol.value > address) continue;
    if (best == nullptr || symbol.value > best->value) best = &symbol;
  }
  if (best == nullptr || best->name >= names_bytes_) return {"?", address};
  return {readable(names_ + best->name, buffer), address - best->value};
}

}  // namespace jacinth::host
