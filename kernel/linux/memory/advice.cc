// What madvise and mlock do to mappings: contents thrown away, and notes on what fork is to do.
#include <algorithm>

#include "linux/memory/linux_memory.h"

namespace jacinth::linux {

using vm::MappingInfo;
using vm::Placement;

namespace {

// The part of `mapping` in [from, to).
struct Part {
  Part(const MappingInfo& mapping, uint64_t from, uint64_t to)
      : address(std::max(from, raw(mapping.base))),
        size(std::min(to, raw(mapping.end())) - address),
        offset(mapping.vmo_offset + (address - raw(mapping.base))) {}
  uint64_t address;
  uint64_t size;
  uint64_t offset;  // in the mapping's object
};

ErrnoOr<> zero(const MappingInfo& mapping, const Part& part) {
  const uint64_t there = mapping.vmo->size();
  if (part.offset >= there) return {};
  vm::ByteRange range{.offset = part.offset, .size = std::min(part.size, there - part.offset)};
  while (range.size != 0) TRY(to_errno(mapping.vmo->zero(range)));
  return {};
}

bool is_private_file(const MappingInfo& mapping) {
  return mapping.note.source && (mapping.note.tag & mapping_tag::kAnonymous) == 0;
}

}  // namespace

template <typename F>
ErrnoOr<> LinuxMemory::for_each_part(uint64_t address, uint64_t size, F&& body) {
  const uint64_t to = address + size;
  const auto mappings = TRY(to_errno(space_->mappings(VirtAddr{address}, VirtAddr{to})));
  uint64_t covered = address;
  bool holes = false;
  for (const MappingInfo& mapping : mappings) {
    holes = holes || raw(mapping.base) > covered;
    covered = raw(mapping.end());
    TRY(body(mapping, Part(mapping, address, to)));
  }
  return holes || covered < to ? fail(Errno::NOMEM) : ErrnoOr<>();
}

ErrnoOr<> LinuxMemory::write_back(const MappingInfo& mapping, uint64_t from, uint64_t to) {
  const bool shared = (mapping.note.tag & mapping_tag::kShared) != 0;
  if (!mapping.note.source || !shared) return {};
  const Part part(mapping, from, to);
  return static_cast<fs::File&>(*mapping.note.source).write_back(part.offset, part.size);
}

ErrnoOr<> LinuxMemory::write_back(uint64_t address, uint64_t size) {
  return for_each_part(address, size, [=](const MappingInfo& mapping, const Part&) {
    return write_back(mapping, address, address + size);
  });
}

ErrnoOr<> LinuxMemory::show_again(const MappingInfo& mapping, uint64_t address, uint64_t size,
                                  uint64_t offset, uint32_t tag) {
  const Placement where{.kind = Placement::Kind::Overwrite,
                        .offset = address - raw(hal::user_range().base)};
  vm::MapOptions options{
      .access = mapping.access, .max_access = mapping.max_access, .note = mapping.note};
  options.note.tag = tag;
  TRY(to_errno(root_->map(where, mapping.vmo, offset, size, options)));
  return {};
}

ErrnoOr<> LinuxMemory::discard(uint64_t address, uint64_t size) {
  return for_each_part(address, size,
                       [&](const MappingInfo& mapping, const Part& part) -> ErrnoOr<> {
                         if ((mapping.note.tag & mapping_tag::kShared) != 0) return {};
                         // Where in its file a private copy begins is not known any more: it stays.
                         if (is_private_file(mapping)) return {};
                         return zero(mapping, part);
                       });
}

ErrnoOr<> LinuxMemory::punch(uint64_t address, uint64_t size) {
  return for_each_part(address, size,
                       [&](const MappingInfo& mapping, const Part& part) -> ErrnoOr<> {
                         if ((mapping.note.tag & mapping_tag::kShared) == 0)
                           return fail(Errno::INVAL);
                         if (!hal::includes(mapping.max_access, hal::Access::Write))
                           return fail(Errno::ACCES);
                         return zero(mapping, part);
                       });
}

ErrnoOr<> LinuxMemory::change_tags(uint64_t address, uint64_t size, uint32_t set, uint32_t clear) {
  return for_each_part(address, size,
                       [&](const MappingInfo& mapping, const Part& part) -> ErrnoOr<> {
                         const uint32_t tag = (mapping.note.tag & ~clear) | set;
                         if (tag == mapping.note.tag) return {};
                         return show_again(mapping, part.address, part.size, part.offset, tag);
                       });
}

ErrnoOr<bool> LinuxMemory::any_tagged(uint64_t address, uint64_t size, uint32_t tags) {
  bool found = false;
  TRY(for_each_part(address, size, [&](const MappingInfo& mapping, const Part&) -> ErrnoOr<> {
    found = found || (mapping.note.tag & tags) != 0;
    return {};
  }));
  return found;
}

ErrnoOr<LinuxMemory::Totals> LinuxMemory::totals() {
  const hal::UserRange range = hal::user_range();
  const auto mappings = TRY(to_errno(space_->mappings(range.base, range.base + range.size)));
  Totals totals;
  for (const MappingInfo& mapping : mappings) {
    const uint32_t tag = mapping.note.tag;
    totals.all += mapping.size;
    const bool shared = (tag & mapping_tag::kShared) != 0;
    const bool stack = (tag & mapping_tag::kStack) != 0;
    const bool writable = hal::includes(mapping.access, hal::Access::Write);
    if (!shared && !stack && writable) totals.data += mapping.size;
    if ((tag & mapping_tag::kLocked) != 0) totals.locked += mapping.size;
    if (stack) totals.stack += mapping.size;
    const bool nameless = (tag & mapping_tag::kAnonymous) != 0;
    if (shared ? nameless : writable) totals.promised += mapping.size;
  }
  return totals;
}

}  // namespace jacinth::linux
