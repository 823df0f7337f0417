// mremap: mappings that grow, shrink and move without their pages being copied.
#include <algorithm>

#include "linux/memory/linux_memory.h"

namespace jacinth::linux {

using vm::MappingInfo;
using vm::Placement;

namespace {
constexpr uint32_t kMayMove = 1, kFixed = 2, kDontUnmap = 4;
}

// The mapping's part at `address` with an object that may grow to `new_size` behind it. A private
// object may have more pages than the part shows: those of other mappings, which were split off.
// Then a snapshot of the part's own pages takes its place.
ErrnoOr<MappingInfo> LinuxMemory::with_room(const MappingInfo& mapping, uint64_t address,
                                            uint64_t old_size, uint64_t new_size) {
  MappingInfo part = mapping;
  part.vmo_offset = mapping.vmo_offset + (address - raw(mapping.base));
  part.base = VirtAddr{address};
  part.size = old_size;
  const uint32_t tag = mapping.note.tag;
  if ((tag & mapping_tag::kShared) != 0 || (tag & mapping_tag::kAnonymous) == 0) return part;
  if (mapping.vmo->size() > part.vmo_offset + old_size) {
    part.vmo = TRY(to_errno(mapping.vmo->create_child(vm::ChildKind::Snapshot, part.vmo_offset,
                                                      old_size, vm::Resizable::Yes)));
    part.vmo_offset = 0;
  }
  if (part.vmo->size() < part.vmo_offset + new_size)
    TRY(to_errno(part.vmo->set_size(part.vmo_offset + new_size)));
  return part;
}

ErrnoOr<> LinuxMemory::grow_in_place(const MappingInfo& mapping, uint64_t address,
                                     uint64_t old_size, uint64_t more) {
  const uint64_t end = address + old_size;
  const auto above = TRY(to_errno(space_->mappings(VirtAddr{end}, VirtAddr{end + more})));
  if (!above.empty()) return fail(Errno::NOMEM);
  const MappingInfo part = TRY(with_room(mapping, address, old_size, old_size + more));
  if (part.vmo != mapping.vmo) {
    TRY(show_again(part, address, old_size, part.vmo_offset, part.note.tag));
    free_hidden(std::span(&mapping, 1), address, end);
  }
  return to_errno(root_->extend(VirtAddr{end}, more));
}

// A shared mapping's second view.
ErrnoOr<VirtAddr> LinuxMemory::show_twice(const MappingInfo& mapping, uint64_t address,
                                          uint64_t size) {
  const Placement where{.kind = Placement::Kind::Highest,
                        .offset = mapping_top_ - raw(hal::user_range().base)};
  return to_errno(root_->map(
      where, mapping.vmo, mapping.vmo_offset + (address - raw(mapping.base)), size,
      {.access = mapping.access, .max_access = mapping.max_access, .note = mapping.note}));
}

ErrnoOr<VirtAddr> LinuxMemory::move_mapping(const MappingInfo& mapping, uint64_t address,
                                            uint64_t old_size, uint64_t new_size, uint32_t flags,
                                            uint64_t new_address) {
  const uint64_t base = raw(hal::user_range().base);
  const uint64_t top = base + hal::user_range().size;
  Placement where{.kind = Placement::Kind::Highest, .offset = mapping_top_ - base};
  if ((flags & kFixed) != 0) {
    const bool overlaps = new_address < address + old_size && address < new_address + new_size;
    if (!is_page_aligned(new_address) || new_address < base || new_address >= top ||
        new_size > top - new_address || overlaps)
      return fail(Errno::INVAL);
    where = {.kind = Placement::Kind::Overwrite, .offset = new_address - base};
  }
  const MappingInfo part = TRY(with_room(mapping, address, old_size, new_size));
  const VirtAddr at = TRY(to_errno(
      root_->map(where, part.vmo, part.vmo_offset, new_size,
                 {.access = part.access, .max_access = part.max_access, .note = part.note})));
  if (part.vmo != mapping.vmo) {
    TRY(unmap(address, old_size));
  } else {
    // The pages stay: they are shown at the new place now.
    TRY(to_errno(root_->unmap(VirtAddr{address}, old_size)));
  }
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
  if (old_size == 0) {
    const bool may = (mapping.note.tag & mapping_tag::kShared) != 0 && (flags & kMayMove) != 0;
    if (!may || (flags & kFixed) != 0) return fail(Errno::INVAL);
    return show_twice(mapping, address, new_size);
  }
  if (old_size > raw(mapping.end()) - address) return fail(Errno::FAULT);
  const bool fixed = (flags & kFixed) != 0;
  if (!fixed && new_size <= old_size) {
    if (new_size < old_size) TRY(unmap(address + new_size, old_size - new_size));
    return VirtAddr{address};
  }
  const uint64_t end = address + old_size;
  if (!fixed && end == raw(mapping.end()) &&
      grow_in_place(mapping, address, old_size, new_size - old_size))
    return VirtAddr{address};
  if ((flags & kMayMove) == 0) return fail(Errno::NOMEM);
  if (fixed && new_size < old_size) {
    TRY(unmap(address + new_size, old_size - new_size));
    old_size = new_size;
  }
  return move_mapping(mapping, address, old_size, new_size, flags, new_address);
}

}  // namespace jacinth::linux
