#include "linux/program/elf_program.h"

#include <algorithm>
#include <cstring>

#include "abi/linux/constants.h"
#include "base/units.h"
#include "hal/address_space.h"
#include "linux/arch.h"

namespace jacinth::linux {
namespace {

struct FileHeader {
  uint8_t magic[4];
  uint8_t word_size, byte_order, version, os, padding[8];
  uint16_t type, machine;
  uint32_t version2;
  uint64_t entry, program_headers, section_headers;
  uint32_t flags;
  uint16_t header_bytes, program_header_bytes, program_header_count;
  uint16_t section_header_bytes, section_header_count, section_names;
};
static_assert(sizeof(FileHeader) == 64);

struct ProgramHeader {
  uint32_t type, flags;
  uint64_t offset, address, physical, file_bytes, memory_bytes, alignment;
};
static_assert(sizeof(ProgramHeader) == 56);

enum Type : uint16_t { kExecutable = 2, kShared = 3 };
enum SegmentType : uint32_t { kLoad = 1, kInterpreter = 3, kStack = 0x6474e551 };
enum SegmentFlag : uint32_t { kExecute = 1, kWrite = 2, kRead = 4 };

constexpr uint16_t kMostHeaders = 4096 / sizeof(ProgramHeader);

bool is_ours(const FileHeader& header) {
  constexpr uint8_t kMagic[] = {0x7f, 'E', 'L', 'F'};
  constexpr uint8_t k64Bit = 2, kLittleEndian = 1;
  return memcmp(header.magic, kMagic, sizeof kMagic) == 0 && header.word_size == k64Bit &&
         header.byte_order == kLittleEndian && header.machine == elf_machine() &&
         (header.type == kExecutable || header.type == kShared) &&
         header.program_header_bytes == sizeof(ProgramHeader) && header.program_header_count != 0 &&
         header.program_header_count <= kMostHeaders;
}

uint32_t protection_of(uint32_t flags) {
  uint32_t bits = 0;
  if ((flags & kRead) != 0) bits |= protection::kRead;
  if ((flags & kWrite) != 0) bits |= protection::kWrite;
  if ((flags & kExecute) != 0) bits |= protection::kExec;
  return bits;
}

ErrnoOr<> add_segment(ElfProgram& program, const ProgramHeader& header, uint64_t table_offset) {
  if (header.memory_bytes == 0) return {};
  const uint64_t limit = hal::user_range().size;
  uint64_t file_end = 0;
  const bool sane = header.memory_bytes <= limit && header.address <= limit &&
                    header.address + header.memory_bytes <= limit &&
                    header.file_bytes <= header.memory_bytes &&
                    header.address % kPageSize == header.offset % kPageSize &&
                    !__builtin_add_overflow(header.offset, header.file_bytes, &file_end) &&
                    file_end <= fs::kMaxFileSize;
  if (!sane) return fail(Errno::NOEXEC);
  const uint64_t first = page_floor(header.address);
  const uint64_t end = page_ceil(header.address + header.memory_bytes);
  if (!program.segments.empty() && header.address < program.segments.back().address)
    return fail(Errno::NOEXEC);
  if (program.segments.empty()) program.start = first;
  program.end = std::max(program.end, end);
  if (header.alignment > program.alignment && (header.alignment & (header.alignment - 1)) == 0 &&
      header.alignment <= limit)
    program.alignment = header.alignment;
  if (table_offset >= header.offset && table_offset - header.offset < header.file_bytes)
    program.headers_address = header.address + (table_offset - header.offset);
  return to_errno(program.segments.push_back({.address = header.address,
                                              .file_offset = header.offset,
                                              .file_bytes = header.file_bytes,
                                              .memory_bytes = header.memory_bytes,
                                              .protection = protection_of(header.flags)}));
}

exec::Task<ErrnoOr<>> read_interpreter(fs::File& file, const ProgramHeader& header,
                                       ElfProgram& program) {
  if (header.file_bytes < 2 || header.file_bytes > fs::kMaxPath) co_return fail(Errno::NOEXEC);
  auto path = Vector<char>::with_size(header.file_bytes);
  if (!path) co_return fail(Errno::NOMEM);
  CO_TRY(co_await read_exactly(file, header.offset,
                               std::as_writable_bytes(std::span(path->data(), path->size()))));
  if (path->back() != '\0') co_return fail(Errno::NOEXEC);
  program.interpreter = std::move(*path);
  co_return ErrnoOr<>();
}

}  // namespace

exec::Task<ErrnoOr<>> read_exactly(fs::File& file, uint64_t offset, std::span<std::byte> to) {
  while (!to.empty()) {
    const size_t got = CO_TRY(co_await file.read_at(offset, fs::IoTarget::kernel(to), {}));
    if (got == 0) co_return fail(Errno::NOEXEC);
    offset += got;
    to = to.subspan(got);
  }
  co_return ErrnoOr<>();
}

exec::Task<ErrnoOr<>> read_elf(RefPtr<fs::File> file, ElfProgram& program) {
  FileHeader header;
  CO_TRY(co_await read_exactly(*file, 0, std::as_writable_bytes(std::span(&header, 1))));
  if (!is_ours(header)) co_return fail(Errno::NOEXEC);
  auto table = Vector<ProgramHeader>::with_size(header.program_header_count);
  if (!table) co_return fail(Errno::NOMEM);
  if (header.program_headers > fs::kMaxFileSize) co_return fail(Errno::NOEXEC);
  CO_TRY(co_await read_exactly(*file, header.program_headers,
                               std::as_writable_bytes(std::span(table->data(), table->size()))));
  program.position_independent = header.type == kShared;
  program.entry = header.entry;
  program.header_count = header.program_header_count;
  program.alignment = kPageSize;
  for (const ProgramHeader& segment : *table) {
    if (segment.type == kLoad) CO_TRY(add_segment(program, segment, header.program_headers));
    if (segment.type == kStack) program.executable_stack = (segment.flags & kExecute) != 0;
    if (segment.type == kInterpreter && program.interpreter.empty())
      CO_TRY(co_await read_interpreter(*file, segment, program));
  }
  if (program.segments.empty()) co_return fail(Errno::NOEXEC);
  co_return ErrnoOr<>();
}

}  // namespace jacinth::linux
