#include "hal/bare_common/next_kernel.h"

#include <cstring>

#include "image/bytes.h"
#include "image/elf_records.h"

namespace jacinth::hal {
namespace {

// What all files for these machines begin with: the magic bytes, 64 bits, the lower byte first.
constexpr uint8_t kIdentity[] = {0x7f, 'E', 'L', 'F', 2, 1};

struct NoteHeader {
  uint32_t name_bytes;
  uint32_t contents_bytes;
  uint32_t type;
};

bool touches(const KernelMove& move, std::span<const std::byte> bytes) {
  const uint64_t start = raw(virt_to_phys(bytes.data()));
  return move.to < start + bytes.size() && start < move.to + move.bytes + move.zeros;
}

bool is_inside(const KernelMove& move, std::span<const RamRange> ram) {
  for (const RamRange& range : ram) {
    if (move.to >= raw(range.base) &&
        image::fits(move.to - raw(range.base), move.bytes + move.zeros, range.bytes))
      return true;
  }
  return false;
}

}  // namespace

std::optional<KernelFile> KernelFile::open(std::span<const std::byte> file,
                                           image::ElfMachine machine) {
  const auto header = image::load<image::FileHeader>(file, 0);
  if (!header || memcmp(header->ident, kIdentity, sizeof(kIdentity)) != 0 ||
      header->machine != static_cast<uint16_t>(machine) ||
      header->segment_entry_size != sizeof(image::Segment) ||
      !image::fits(header->segments_offset,
                   uint64_t{header->segment_count} * sizeof(image::Segment), file.size()))
    return std::nullopt;
  return KernelFile(file, header->entry, header->segments_offset, header->segment_count);
}

image::Segment KernelFile::segment(size_t index) const {
  return *image::load<image::Segment>(file_, headers_ + index * sizeof(image::Segment));
}

Result<KernelMoves> KernelFile::moves(const NextKernel& next, std::span<const RamRange> ram) const {
  KernelMoves moves;
  for (size_t i = 0; i < count_; ++i) {
    const image::Segment part = segment(i);
    if (part.type != image::SegmentType::Load || part.memory_size == 0) continue;
    if (moves.count == KernelMoves::kMost || part.memory_size < part.file_size ||
        !image::fits(part.file_offset, part.file_size, file_.size()))
      return fail(Status::InvalidArgs);
    const KernelMove move{.to = part.physical_address,
                          .from = raw(virt_to_phys(file_.data())) + part.file_offset,
                          .bytes = part.file_size,
                          .zeros = part.memory_size - part.file_size};
    if (!is_inside(move, ram)) return fail(Status::InvalidArgs);
    if (touches(move, next.kernel) || touches(move, next.boot_image) || touches(move, next.kit))
      return fail(Status::NoMemory);
    moves.list[moves.count++] = move;
  }
  if (moves.count == 0) return fail(Status::InvalidArgs);
  return moves;
}

std::optional<PhysAddr> KernelFile::entry() const {
  for (size_t i = 0; i < count_; ++i) {
    const image::Segment part = segment(i);
    if (part.type == image::SegmentType::Load && entry_ >= part.address &&
        entry_ - part.address < part.file_size)
      return PhysAddr{part.physical_address + (entry_ - part.address)};
  }
  return std::nullopt;
}

std::optional<std::span<const std::byte>> KernelFile::note(std::string_view name,
                                                           uint32_t type) const {
  for (size_t i = 0; i < count_; ++i) {
    const image::Segment part = segment(i);
    if (part.type != image::SegmentType::Note ||
        !image::fits(part.file_offset, part.file_size, file_.size()))
      continue;
    std::span<const std::byte> notes = file_.subspan(part.file_offset, part.file_size);
    while (const auto header = image::load<NoteHeader>(notes, 0)) {
      constexpr auto padded = [](uint64_t bytes) { return (bytes + 3) & ~uint64_t{3}; };
      const uint64_t contents_at = sizeof(NoteHeader) + padded(header->name_bytes);
      const uint64_t end = contents_at + padded(header->contents_bytes);
      if (end > notes.size()) break;
      // The name has a NUL, which counts.
      if (header->type == type && header->name_bytes == name.size() + 1 &&
          memcmp(notes.data() + sizeof(NoteHeader), name.data(), name.size()) == 0)
        return notes.subspan(contents_at, header->contents_bytes);
      notes = notes.subspan(end);
    }
  }
  return std::nullopt;
}

}  // namespace jacinth::hal
