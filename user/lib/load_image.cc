#include <zircon/syscalls.h>

#include <algorithm>

#include "lib/spawn.h"

namespace user {
namespace {

using jacinth::image::Elf;
using jacinth::image::Segment;
using jacinth::image::SegmentType;

constexpr uint64_t kPage = jacinth::image::kElfPageSize;

uint64_t page_ceil(uint64_t value) { return (value + kPage - 1) & ~(kPage - 1); }

// The pages of a writable segment: a private copy of the file's part, zeroed past its end.
zx_status_t make_data(const FileView& file, const Segment& segment, uint64_t file_start,
                      uint64_t file_bytes, Handle* vmo) {
  zx_status_t status = zx_vmo_create_child(
      file.vmo, ZX_VMO_CHILD_SNAPSHOT, file.offset + file_start, page_ceil(file_bytes), vmo->out());
  if (status != ZX_OK) return status;
  const uint64_t tail = file_bytes & (kPage - 1);
  if (tail == 0) return ZX_OK;
  return zx_vmo_op_range(vmo->get(), ZX_VMO_OP_ZERO, file_bytes, kPage - tail, nullptr, 0);
}

zx_status_t map_segment(const FileView& file, const Segment& segment, zx_handle_t region,
                        uint64_t region_offset) {
  const uint64_t lead = segment.address - segment.first_page();
  const uint64_t file_start = segment.file_offset - lead;
  const uint64_t file_bytes = segment.file_size + lead;
  const uint64_t span = segment.end_page() - segment.first_page();
  zx_vm_option_t options = ZX_VM_SPECIFIC | ZX_VM_PERM_READ;
  if (segment.writable()) options |= ZX_VM_PERM_WRITE;
  if (segment.executable()) options |= ZX_VM_PERM_EXECUTE;

  zx_vaddr_t at = 0;
  uint64_t from_file = segment.file_size == 0 ? 0 : std::min(page_ceil(file_bytes), span);
  if (from_file != 0) {
    Handle data;
    zx_handle_t source = file.vmo;
    uint64_t source_offset = file.offset + file_start;
    if (segment.writable()) {
      const zx_status_t status = make_data(file, segment, file_start, file_bytes, &data);
      if (status != ZX_OK) return status;
      source = data.get();
      source_offset = 0;
    }
    const zx_status_t status =
        zx_vmar_map(region, options, region_offset, source, source_offset, from_file, &at);
    if (status != ZX_OK) return status;
  }
  if (from_file == span) return ZX_OK;
  Handle zeros;
  const zx_status_t status = zx_vmo_create(span - from_file, 0, zeros.out());
  if (status != ZX_OK) return status;
  return zx_vmar_map(region, options, region_offset + from_file, zeros.get(), 0, span - from_file,
                     &at);
}

}  // namespace

zx_status_t load_image(zx_handle_t vmar, const FileView& file, LoadedImage* loaded) {
  const auto parsed = Elf::parse(file.bytes);
  if (!parsed) return ZX_ERR_IO_DATA_INTEGRITY;
  const Elf& elf = *parsed;
  const auto span = elf.load_span();

  zx_vm_option_t options =
      ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_EXECUTE | ZX_VM_CAN_MAP_SPECIFIC;
  uint64_t offset = 0;
  if (!elf.position_independent()) {
    zx_info_vmar_t parent;
    const zx_status_t status =
        zx_object_get_info(vmar, ZX_INFO_VMAR, &parent, sizeof(parent), nullptr, nullptr);
    if (status != ZX_OK) return status;
    if (span.start < parent.base) return ZX_ERR_OUT_OF_RANGE;
    options |= ZX_VM_SPECIFIC;
    offset = span.start - parent.base;
  }
  zx_vaddr_t start = 0;
  zx_status_t status =
      zx_vmar_allocate(vmar, options, offset, span.size, loaded->vmar.out(), &start);
  if (status != ZX_OK) return status;
  loaded->base = start - span.start;
  loaded->entry = loaded->base + elf.entry();

  for (const Segment segment : elf) {
    if (segment.type != SegmentType::Load || segment.memory_size == 0) continue;
    status = map_segment(file, segment, loaded->vmar.get(), segment.first_page() - span.start);
    if (status != ZX_OK) {
      zx_vmar_destroy(loaded->vmar.get());
      return status;
    }
  }
  return ZX_OK;
}

}  // namespace user
