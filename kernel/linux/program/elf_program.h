// Reading ELF programs from files, with nothing believed that has not been checked.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/errno.h"
#include "base/vector.h"
#include "exec/task.h"
#include "fs/file.h"

namespace jacinth::linux {

struct ElfSegment {
  uint64_t address = 0;
  uint64_t file_offset = 0;
  uint64_t file_bytes = 0;
  uint64_t memory_bytes = 0;
  uint32_t protection = 0;  // protection::…
};

struct ElfProgram {
  bool position_independent = false;
  uint64_t entry = 0;
  uint64_t headers_address = 0;  // where the program headers are in memory; 0: not loaded
  uint16_t header_count = 0;
  uint64_t start = 0, end = 0;  // the pages of all segments, gaps included
  uint64_t alignment = 0;       // the greatest that a segment asks for; at least a page
  bool executable_stack = false;
  Vector<ElfSegment> segments;  // rising in address
  Vector<char> interpreter;     // a path with its NUL; empty: none
};

// NOEXEC: not a program for this machine. ENOEXEC also for headers that make no sense. LIBBAD is
// what the caller makes of that for an interpreter. NOMEM, IO. `program` is a fresh one.
exec::Task<ErrnoOr<>> read_elf(RefPtr<fs::File> file, ElfProgram& program);

// Reads exactly `to.size()` bytes at `offset`; NOEXEC when the file is shorter.
exec::Task<ErrnoOr<>> read_exactly(fs::File& file, uint64_t offset, std::span<std::byte> to);

}  // namespace jacinth::linux
