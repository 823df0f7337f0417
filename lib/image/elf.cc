#include "image/elf.h"

#include "image/elf_records.h"

namespace jacinth::image {
namespace {

struct DynamicEntry {
  int64_t tag;
  uint64_t value;
};

constexpr uint8_t kMagic[4] = {0x7f, 'E', 'L', 'F'};
constexpr uint16_t kExecutable = 2;
constexpr uint16_t kSharedObject = 3;
constexpr uint16_t kManySegments = 0xffff;  // the count is kept in a section header instead
constexpr uint64_t kInterpreterMax = 4096;

// Offsets of the header's fields, for error messages.
enum HeaderOffset : uint64_t {
  kClass = 4,
  kData = 5,
  kIdentVersion = 6,
  kType = 16,
  kMachine = 18,
  kVersion = 20,
  kSegmentsOffset = 32,
  kHeaderSize = 52,
  kSegmentEntrySize = 54,
  kSegmentCount = 56,
};

Parsed<> check_identity(const FileHeader& header) {
  if (memcmp(header.ident, kMagic, sizeof(kMagic)) != 0) return bad("not an ELF file", 0);
  if (header.ident[kClass] != 2) return bad("not a 64-bit ELF file", kClass);
  if (header.ident[kData] != 1) return bad("not a little-endian ELF file", kData);
  if (header.ident[kIdentVersion] != 1) return bad("unknown ELF version", kIdentVersion);
  if (header.version != 1) return bad("unknown ELF version", kVersion);
  if (header.type != kExecutable && header.type != kSharedObject) {
    return bad("neither an executable nor a shared object", kType);
  }
  if (header.machine != static_cast<uint16_t>(ElfMachine::X86_64) &&
      header.machine != static_cast<uint16_t>(ElfMachine::RiscV64)) {
    return bad("built for neither x86-64 nor RISC-V", kMachine);
  }
  return {};
}

bool power_of_two_or_zero(uint64_t value) { return (value & (value - 1)) == 0; }

}  // namespace

Parsed<Elf> Elf::parse(Bytes file) {
  Elf elf(file);
  if (auto read = elf.read_header(); !read) return std::unexpected(read.error());
  if (auto checked = elf.check_segments(); !checked) return std::unexpected(checked.error());
  return elf;
}

Parsed<> Elf::read_header() {
  const auto header = load<FileHeader>(file_, 0);
  if (!header) return bad("too short for an ELF header", file_.size());
  if (auto identity = check_identity(*header); !identity) return identity;
  if (header->header_size != sizeof(FileHeader)) return bad("wrong ELF header size", kHeaderSize);
  if (header->segment_count == 0) return bad("no program headers", kSegmentCount);
  if (header->segment_count == kManySegments) return bad("too many program headers", kSegmentCount);
  if (header->segment_entry_size != sizeof(Segment)) {
    return bad("wrong program header size", kSegmentEntrySize);
  }
  const uint64_t table_size = uint64_t{header->segment_count} * sizeof(Segment);
  if (!fits(header->segments_offset, table_size, file_.size())) {
    return bad("program headers lie outside the file", kSegmentsOffset);
  }
  machine_ = static_cast<ElfMachine>(header->machine);
  position_independent_ = header->type == kSharedObject;
  entry_ = header->entry;
  segments_offset_ = header->segments_offset;
  segment_count_ = header->segment_count;
  return {};
}

Parsed<> Elf::check_segments() {
  bool loads = false;
  bool interpreter = false;
  bool dynamic = false;
  for (size_t i = 0; i < segment_count_; ++i) {
    const Segment header = segment(i);
    const uint64_t at = segments_offset_ + i * sizeof(Segment);
    if (header.type == SegmentType::Load) {
      if (header.memory_size == 0 && header.file_size == 0) continue;
      if (auto checked = check_load(header, at, !loads); !checked) return checked;
      loads = true;
    } else if (header.type == SegmentType::Interpreter) {
      if (interpreter) return bad("more than one PT_INTERP", at);
      interpreter = true;
      if (!fits(header.file_offset, header.file_size, file_.size())) {
        return bad("PT_INTERP lies outside the file", at);
      }
      if (header.file_size < 2 || header.file_size > kInterpreterMax) {
        return bad("PT_INTERP has an impossible length", at);
      }
      if (file_[header.file_offset + header.file_size - 1] != std::byte{0}) {
        return bad("PT_INTERP is not terminated", header.file_offset);
      }
    } else if (header.type == SegmentType::Dynamic) {
      if (dynamic) return bad("more than one PT_DYNAMIC", at);
      dynamic = true;
      if (!fits(header.file_offset, header.file_size, file_.size())) {
        return bad("PT_DYNAMIC lies outside the file", at);
      }
    }
  }
  if (!loads) return bad("nothing to load", segments_offset_);
  return {};
}

Parsed<> Elf::check_load(const Segment& segment, uint64_t header_offset, bool first) {
  if (segment.file_size > segment.memory_size) {
    return bad("segment is larger in the file than in memory", header_offset);
  }
  if (!fits(segment.file_offset, segment.file_size, file_.size())) {
    return bad("segment lies outside the file", header_offset);
  }
  if (!power_of_two_or_zero(segment.alignment)) {
    return bad("segment alignment is not a power of two", header_offset);
  }
  if ((segment.address - segment.file_offset) % kElfPageSize != 0) {
    return bad("segment's address and file offset differ within a page", header_offset);
  }
  uint64_t end;
  if (__builtin_add_overflow(segment.address, segment.memory_size, &end) ||
      !round_up(end, kElfPageSize)) {
    return bad("segment passes the end of the address space", header_offset);
  }
  if (first) {
    load_span_.start = segment.first_page();
  } else if (segment.first_page() < load_span_.start + load_span_.size) {
    return bad("segments overlap or are out of order", header_offset);
  }
  load_span_.size = segment.end_page() - load_span_.start;
  return {};
}

Segment Elf::segment(size_t index) const {
  return *load<Segment>(file_, segments_offset_ + index * sizeof(Segment));
}

std::optional<Segment> Elf::find(SegmentType type) const {
  for (Segment segment : *this) {
    if (segment.type == type) return segment;
  }
  return std::nullopt;
}

bool Elf::code_at(uint64_t address) const {
  for (Segment segment : *this) {
    if (segment.type == SegmentType::Load && segment.executable() && address >= segment.address &&
        address - segment.address < segment.memory_size) {
      return true;
    }
  }
  return false;
}

std::optional<std::string_view> Elf::interpreter() const {
  const auto segment = find(SegmentType::Interpreter);
  if (!segment) return std::nullopt;
  return std::string_view(reinterpret_cast<const char*>(file_.data() + segment->file_offset));
}

std::optional<uint64_t> Elf::stack_size() const {
  const auto segment = find(SegmentType::GnuStack);
  if (!segment || segment->memory_size == 0) return std::nullopt;
  return segment->memory_size;
}

std::optional<uint64_t> Elf::dynamic_value(int64_t tag) const {
  const auto segment = find(SegmentType::Dynamic);
  if (!segment) return std::nullopt;
  const Bytes table = file_.subspan(segment->file_offset, segment->file_size);
  for (uint64_t offset = 0; auto entry = load<DynamicEntry>(table, offset);
       offset += sizeof(DynamicEntry)) {
    if (entry->tag == 0) break;
    if (entry->tag == tag) return entry->value;
  }
  return std::nullopt;
}

std::optional<uint64_t> Elf::file_offset_of(uint64_t address) const {
  for (Segment segment : *this) {
    if (segment.type == SegmentType::Load && address >= segment.address &&
        address - segment.address < segment.file_size) {
      return segment.file_offset + (address - segment.address);
    }
  }
  return std::nullopt;
}

std::optional<Bytes> Elf::bytes_from(uint64_t address) const {
  for (Segment segment : *this) {
    if (segment.type == SegmentType::Load && address >= segment.address &&
        address - segment.address < segment.file_size) {
      return file_.subspan(segment.file_offset, segment.file_size)
          .subspan(address - segment.address);
    }
  }
  return std::nullopt;
}

}  // namespace jacinth::image
