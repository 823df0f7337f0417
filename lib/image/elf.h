// ELF64 executables and shared objects, as a loader sees them: program headers only, so a file
// without sections (stripped, or a memory image of a vDSO) is as good as any.
//
// parse() checks all that a loader relies on; after it no accessor can leave the file. Whether a
// writable and executable segment is acceptable is the loader's policy, not decided here.
#pragma once

#include <string_view>

#include "image/bytes.h"

namespace jacinth::image {

inline constexpr uint64_t kElfPageSize = 4096;

enum class ElfMachine : uint16_t { X86_64 = 62, RiscV64 = 243 };

enum class SegmentType : uint32_t {
  Load = 1,
  Dynamic = 2,
  Interpreter = 3,
  Note = 4,
  ProgramHeaders = 6,
  Tls = 7,
  GnuStack = 0x6474e551,
  GnuRelro = 0x6474e552,
};

// A program header, laid out as in the file (Elf64_Phdr).
struct Segment {
  SegmentType type;
  uint32_t flags;
  uint64_t file_offset;
  uint64_t address;
  uint64_t physical_address;
  uint64_t file_size;
  uint64_t memory_size;
  uint64_t alignment;

  bool executable() const { return (flags & 1) != 0; }
  bool writable() const { return (flags & 2) != 0; }
  bool readable() const { return (flags & 4) != 0; }

  // The pages that a Load segment occupies: [first_page, end_page).
  uint64_t first_page() const { return address & ~(kElfPageSize - 1); }
  uint64_t end_page() const {
    return (address + memory_size + kElfPageSize - 1) & ~(kElfPageSize - 1);
  }
};
static_assert(sizeof(Segment) == 56);

class Elf {
 public:
  // Errors name the first thing found wrong. Load segments must rise in address, share no page,
  // have their file part inside the file and be congruent to it modulo the page size.
  static Parsed<Elf> parse(Bytes file);

  ElfMachine machine() const { return machine_; }
  // True for shared objects and position-independent executables: addresses are relative to
  // wherever load_span().start is put. False for a program linked at a fixed address.
  bool position_independent() const { return position_independent_; }
  // As the file has it; a shared object's may be 0. code_at(entry()) tells whether it is code.
  uint64_t entry() const { return entry_; }
  bool code_at(uint64_t address) const;

  // Where the program headers lie in the file (AT_PHDR, AT_PHNUM).
  uint64_t segments_offset() const { return segments_offset_; }
  size_t segment_count() const { return segment_count_; }
  // Requires index < segment_count().
  Segment segment(size_t index) const;
  std::optional<Segment> find(SegmentType type) const;

  // The pages from the first Load segment's to the last one's, gaps included.
  struct LoadSpan {
    uint64_t start;
    uint64_t size;
  };
  LoadSpan load_span() const { return load_span_; }

  // PT_INTERP's path, without its NUL; nullopt for a program that needs no dynamic linker.
  std::optional<std::string_view> interpreter() const;
  // The stack that PT_GNU_STACK asks for, in bytes; nullopt when it leaves the choice to the
  // loader.
  std::optional<uint64_t> stack_size() const;
  // The value of the first entry with this tag in PT_DYNAMIC.
  std::optional<uint64_t> dynamic_value(int64_t tag) const;

  Bytes file() const { return file_; }
  // The file's bytes from `address` to the end of the file part of the Load segment that holds it.
  std::optional<Bytes> bytes_from(uint64_t address) const;
  // Where in the file those bytes begin.
  std::optional<uint64_t> file_offset_of(uint64_t address) const;

  class Iterator {
   public:
    using value_type = Segment;
    using difference_type = ptrdiff_t;
    Iterator() = default;
    Iterator(const Elf* elf, size_t index) : elf_(elf), index_(index) {}
    Segment operator*() const { return elf_->segment(index_); }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(const Iterator&) const = default;

   private:
    const Elf* elf_ = nullptr;
    size_t index_ = 0;
  };
  // for (Segment segment : elf)
  Iterator begin() const { return Iterator(this, 0); }
  Iterator end() const { return Iterator(this, segment_count_); }

 private:
  explicit Elf(Bytes file) : file_(file) {}
  Parsed<> read_header();
  Parsed<> check_segments();
  Parsed<> check_load(const Segment& segment, uint64_t header_offset, bool first);

  Bytes file_;
  ElfMachine machine_ = ElfMachine::X86_64;
  bool position_independent_ = false;
  uint64_t entry_ = 0;
  uint64_t segments_offset_ = 0;
  size_t segment_count_ = 0;
  LoadSpan load_span_{};
};

}  // namespace jacinth::image
