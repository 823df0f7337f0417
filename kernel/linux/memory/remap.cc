// mremap: mappings that grow, shrink and move without their pages being copied.
#include <algorithm>

#include "linux/memory/linux_memory.h"

namespace jacinth::linux {

using vm::MappingInfo;
using vm::Placement;

namespace {
constexpr uint32_t kMayMove = 1, kFixed = 2, kDontUnmap = 4;
}

ErrnoOr<> LinuxMemory::grow_in_place(const MappingInfo& mapping, uint64_t end, uint64_t more) {
  const bool is_private = (mapping.note.tag & mapping_tag::kShared) == 0;
  const uint64_t object_end = mapping.vmo_offset + mapping.size + more;
  if (is_private && (mapping.note.tag & mapping_tag::kAnonymous) != 0 &&
      mapping.vmo->size() < object_end)
    TRY(to_errno(mapping.vmo->set_size(object_end)));
  return to_errno(root_->extend(VirtAddr{end}, more));
}

ErrnoOr<VirtAddr> LinuxMemory::move_mapping(const MappingInfo& mapping, uint64_t address,
                                            uint64_t old_size, uint64_t new_size, uint32_t flags,
                                            uint64_t new_address) {
  const uint64_t base = raw(hal::user_range().base);
  const uint64_t top = base + hal::user_range().size;
  const uint64_t offset = mapping.vmo_offset + (address - raw(mapping.base));
  if ((mapping.note.tag & mapping_tag::kAnonymous) != 0 && mapping.vmo->size() < offset + new_size)
    TRY(to_errno(mapping.vmo->set_size(offset + new_size)));
  Placement where{.kind = Placement::Kind::Highest, .offset = mapping_top_ - base};
  if ((flags & kFixed) != 0) {
    const bool overlaps = new_address < address + old_size && address < new_address + new_size;
    if (!is_page_aligned(new_address) || new_address < base || new_address >= top ||
        new_size > top - new_address || overlaps)
      return fail(Errno::INVAL);
    where = {.kind = Placement::Kind::Overwrite, .offset = new_address - base};
  }
  const VirtAddr at = TRY(to_errno(root_->map(
      where, mapping.vmo, offset, new_size,
      {.access = mapping.access, .max_access = mapping.max_access, .note = mapping.note})));
  // The pages stay: they are shown at the new place now.
  TRY(to_errno(root_->unmap(VirtAddr{address}, old_size)));
  return at;
}

ErrnoOr<VirtAddr> LinuxMemory::remap(uint64_t address, uint64_t old_size, uint64_t new_size,
                                     uint32_t flags, uint64_t new_address) {
  if ((flags & ~(kMayMove | kFixed | kDontUnmap)) != 0 || !is_page_aligned(address) ||
      new_size == 0 || ((flags & kFixed) != 0 && (flags & kMayMove) == 0) ||
      page_ceil_overflows(old_size) || page_ceil_overflows(new_size))
    return fail(Errno::INVAL);
  if ((flags & kDontUnmap) != 0) return fail(Errno::INVAL);
  old_size = page_ceil(old_size);
  new_size = page_ceil(new_size);
  const auto found = space_->mapping_of(VirtAddr{address});
  if (!found) return fail(Errno::FAULT);
  const MappingInfo& mapping = *found;
  // Size 0 asks for a second view of a shared mapping, which is rare enough to be refused.
  if (old_size == 0) return fail(Errno::INVAL);
  if (old_size > raw(mapping.end()) - address) return fail(Errno::FAULT);
  const bool fixed = (flags & kFixed) != 0;
  if (!fixed && new_size <= old_size) {
    if (new_size < old_size) TRY(unmap(address + new_size, old_size - new_size));
    return VirtAddr{address};
  }
  const uint64_t end = address + old_size;
  if (!fixed && end == raw(mapping.end()) && grow_in_place(mapping, end, new_size - old_size))
    return VirtAddr{address};
  if ((flags & kMayMove) == 0) return fail(Errno::NOMEM);
  if (fixed && new_size < old_size) {
    TRY(unmap(address + new_size, old_size - new_size));
    old_size = new_size;
  }
  return move_mapping(mapping, address, old_size, new_size, flags, new_address);
}

}  // namespace jacinth::linux
