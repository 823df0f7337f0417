// Arbitrary bytes as an ELF file: nothing that Elf or a symbol search returns may leave the file.
#include "fuzz_check.h"
#include "image/elf_file_symbols.h"
#include "image/elf_symbols.h"

using namespace jacinth::image;

namespace {

void walk_segments(const Elf& elf, Bytes file) {
  const auto [start, size] = elf.load_span();
  CHECK(start % kElfPageSize == 0 && size % kElfPageSize == 0 && size != 0);
  CHECK(start + (size - 1) >= start);
  for (Segment segment : elf) {
    if (segment.type != SegmentType::Load || segment.memory_size == 0) continue;
    CHECK(segment.first_page() >= start);
    CHECK(segment.end_page() - start <= size);
    CHECK(fits(segment.file_offset, segment.file_size, file.size()));
    if (const auto bytes = elf.bytes_from(segment.address)) {
      CHECK(within(*bytes, file));
      CHECK(bytes->data() == file.data() + *elf.file_offset_of(segment.address));
    }
  }
  elf.code_at(elf.entry());
  if (const auto path = elf.interpreter()) CHECK(within(std::as_bytes(std::span(*path)), file));
}

void walk_symbols(const Elf& elf, Bytes file) {
  const auto symbols = DynamicSymbols::of(elf);
  if (!symbols) return;
  for (std::string_view name : {"", "one", "two", "missing"}) {
    if (const auto symbol = symbols->find(name)) {
      CHECK(symbol->name == name);
      CHECK(fits(symbol->file_offset, 24, file.size()));
    }
  }
  for (uint32_t index = 0; const auto symbol = symbols->at(index); ++index) {
    CHECK(within(std::as_bytes(std::span(symbol->name)), file));
  }
}

void walk_file_symbols(const Elf& elf, Bytes file) {
  for (std::string_view name : {"", "one", "two", "missing"}) {
    if (const auto symbol = find_file_symbol(elf, name)) {
      CHECK(symbol->name == name);
      CHECK(within(std::as_bytes(std::span(symbol->name)), file));
      CHECK(fits(symbol->file_offset, 24, file.size()));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Bytes file = std::as_bytes(std::span(data, size));
  const auto elf = Elf::parse(file);
  if (!elf) {
    CHECK(elf.error().offset <= size);
    return 0;
  }
  walk_segments(*elf, file);
  walk_symbols(*elf, file);
  walk_file_symbols(*elf, file);
  return 0;
}
