#include "vm/vmar.h"

#include <algorithm>

#include "base/check.h"
#include "vm/address_space.h"

namespace jacinth::vm {
namespace {

using hal::Access;

bool readable_or_nothing(Access access) {
  return hal::includes(access, Access::Read) || access == Access::None;
}

}  // namespace

Vmar::Vmar(RefPtr<AddressSpace> space, VirtAddr base, uint64_t size, const VmarOptions& options)
    : Region(Kind::Vmar, base, size, nullptr), space_(std::move(space)), options_(options) {}

Vmar::~Vmar() { ASSERT(regions_.empty() && parent_ == nullptr); }

bool Vmar::destroyed() {
  LockGuard guard(space_->lock());
  return !check_alive();
}

Result<> Vmar::check_alive() const {
  if (destroyed_ || space_->dying_) return fail(Status::BadState);
  return {};
}

// `size` in whole pages, for a range that starts at `at`.
Result<uint64_t> Vmar::round_size(VirtAddr at, uint64_t size) {
  if (!is_page_aligned(raw(at)) || size == 0 || page_ceil_overflows(size))
    return fail(Status::InvalidArgs);
  return page_ceil(size);
}

Result<Vmar::Range> Vmar::range_inside(VirtAddr at, uint64_t size) const {
  if (at < base_ || at - base_ > size_ || size > size_ - (at - base_))
    return fail(Status::InvalidArgs);
  return Range{raw(at), raw(at) + size};
}

// --- Allocating and mapping
// -----------------------------------------------------------------------

Result<RefPtr<Vmar>> Vmar::allocate(const Placement& where, uint64_t size,
                                    const VmarOptions& options) {
  if (size == 0 || !is_page_aligned(size) || where.kind == Placement::Kind::Overwrite)
    return fail(Status::InvalidArgs);
  LockGuard guard(space_->lock());
  TRY(check_alive());
  if (!hal::includes(options_.can_map, options.can_map)) return fail(Status::AccessDenied);
  if (options.can_map_specific && !options_.can_map_specific) return fail(Status::AccessDenied);
  const VirtAddr base = TRY(place(where, size));
  auto child = TRY(make_ref<Vmar>(space_, base, size, options));
  child->add_ref();  // the tree's
  insert(*child);
  return child;
}

Result<VirtAddr> Vmar::map(const Placement& where, RefPtr<Vmo> vmo, uint64_t vmo_offset,
                           uint64_t size, const MapOptions& options) {
  const bool overwrite = where.kind == Placement::Kind::Overwrite;
  if (!readable_or_nothing(options.access) || (options.populate && overwrite))
    return fail(Status::InvalidArgs);
  if (options.require_non_resizable && vmo->resizable()) return fail(Status::NotSupported);
  if (!hal::includes(options.max_access, options.access)) return fail(Status::AccessDenied);
  if (!hal::includes(options_.can_map, options.access)) return fail(Status::AccessDenied);
  size = TRY(round_size(VirtAddr{0}, size));
  uint64_t vmo_end = 0;
  if (!is_page_aligned(vmo_offset) || __builtin_add_overflow(vmo_offset, size, &vmo_end))
    return fail(Status::InvalidArgs);

  if (vmo->pager_backed()) space_->call_origin_.slow_down();
  DeadMappings dead;
  UniquePtr<Mapping> mapping;
  LockGuard guard(space_->lock());
  TRY(check_alive());
  const VirtAddr base = TRY(place(where, size));
  mapping = TRY(make_unique<Mapping>(space_->machine(), base, size, std::move(vmo), vmo_offset,
                                     options.access, options.max_access & options_.can_map,
                                     options.immutable, options.note));
  if (overwrite) {
    const Range range{raw(base), raw(base) + size};
    TRY(check_overwrite(range));
    auto spare = TRY(spare_for_hole(range));
    remove_range(range, spare, dead);
  }
  Mapping& added = *mapping.release();
  added.attach(*this);
  if (options.immutable) count_immutable(1);
  // Only a start: the rest comes with faults, or by populate().
  if (options.populate) (void)added.populate(base, size);
  return base;
}

Result<> Vmar::extend(VirtAddr end, uint64_t size) {
  size = TRY(round_size(end, size));
  LockGuard guard(space_->lock());
  TRY(check_alive());
  const Range range = TRY(range_inside(end, size));
  if (range.from == raw(base_)) return fail(Status::NotFound);
  const auto region = first_from(range.from - 1);
  Mapping* const mapping = region == regions_.end() ? nullptr : region->as_mapping();
  if (mapping == nullptr || mapping->end() != range.from) return fail(Status::NotFound);
  if (mapping->immutable()) return fail(Status::AccessDenied);
  if (!is_free(range.from, range.to)) return fail(Status::NoMemory);
  uint64_t vmo_end = 0;
  if (__builtin_add_overflow(mapping->vmo_offset() + mapping->size(), size, &vmo_end))
    return fail(Status::InvalidArgs);
  mapping->grow_back(size);
  return {};
}

Result<> Vmar::extend_down(VirtAddr base, uint64_t size) {
  size = TRY(round_size(base, size));
  if (size > raw(base)) return fail(Status::InvalidArgs);
  LockGuard guard(space_->lock());
  TRY(check_alive());
  const Range range = TRY(range_inside(base + -size, size));
  const auto region = first_from(range.to);
  Mapping* const mapping = region == regions_.end() ? nullptr : region->as_mapping();
  if (mapping == nullptr || mapping->base() != base) return fail(Status::NotFound);
  if (mapping->immutable()) return fail(Status::AccessDenied);
  if (!is_free(range.from, range.to)) return fail(Status::NoMemory);
  if (mapping->vmo_offset() < size) return fail(Status::OutOfRange);
  mapping->grow_front(size);
  return {};
}

void Vmar::insert(Region& region) {
  regions_.insert(region);
  region.parent_ = this;
}

void Vmar::remove(Region& region) {
  regions_.erase(regions_.iterator_to(region));
  region.parent_ = nullptr;
}

void Vmar::count_immutable(int64_t change) {
  for (Vmar* vmar = this; vmar != nullptr; vmar = vmar->parent_)
    vmar->immutable_inside_ += static_cast<uint64_t>(change);
}

// --- Unmapping
// ------------------------------------------------------------------------------------

Result<> Vmar::unmap(VirtAddr at, uint64_t size) {
  size = TRY(round_size(at, size));
  DeadMappings dead;
  LockGuard guard(space_->lock());
  TRY(check_alive());
  const Range range = TRY(range_inside(at, size));
  TRY(check_removal(range));
  auto spare = TRY(spare_for_hole(range));
  remove_range(range, spare, dead);
  return {};
}

Result<> Vmar::check_removal(const Range& range) {
  for (auto at = first_from(range.from); at != regions_.end() && raw(at->base()) < range.to; ++at) {
    const bool whole = raw(at->base()) >= range.from && at->end() <= range.to;
    Vmar* const vmar = at->as_vmar();
    if (vmar != nullptr && !whole) return fail(Status::InvalidArgs);
    if (vmar != nullptr ? vmar->immutable_inside_ != 0 : at->as_mapping()->immutable())
      return fail(Status::AccessDenied);
  }
  return {};
}

Result<> Vmar::check_overwrite(const Range& range) {
  for (auto at = first_from(range.from); at != regions_.end() && raw(at->base()) < range.to; ++at) {
    if (at->as_vmar() != nullptr) return fail(Status::InvalidArgs);
  }
  return check_removal(range);
}

// What is needed to cut `range` out of the middle of one mapping; null when it is not like that.
Result<UniquePtr<Mapping>> Vmar::spare_for_hole(const Range& range) {
  const auto at = first_from(range.from);
  if (at == regions_.end() || raw(at->base()) >= range.from || at->end() <= range.to)
    return UniquePtr<Mapping>();
  return spare_for_split(range.to);
}

// The part behind `at` of the mapping that has `at` inside, not yet in use; null when none has.
Result<UniquePtr<Mapping>> Vmar::spare_for_split(uint64_t at) {
  const auto region = first_from(at);
  if (region == regions_.end() || raw(region->base()) >= at) return UniquePtr<Mapping>();
  const Mapping& whole = *region->as_mapping();
  return make_unique<Mapping>(space_->machine(), VirtAddr{at}, whole.end() - at, whole.vmo_,
                              whole.vmo_offset() + (at - raw(whole.base())), whole.access(),
                              whole.max_access(), whole.immutable(), whole.note());
}

// Removes what is in the range; check_removal() and spare_for_hole() have said that it can be done.
void Vmar::remove_range(const Range& range, UniquePtr<Mapping>& spare, DeadMappings& dead) {
  for (auto at = first_from(range.from); at != regions_.end() && raw(at->base()) < range.to;) {
    Region& region = *at++;
    if (Vmar* vmar = region.as_vmar()) {
      vmar->destroy_all(dead);
      continue;
    }
    Mapping& mapping = *region.as_mapping();
    const bool starts_before = raw(mapping.base()) < range.from;
    if (spare) mapping.split_off(*spare.release());
    if (starts_before) {
      mapping.cut_back(range.from - raw(mapping.base()));
    } else if (mapping.end() > range.to) {
      mapping.cut_front(range.to - raw(mapping.base()));
    } else {
      mapping.detach();
      dead.add(mapping);
    }
  }
}

Result<> Vmar::destroy() {
  DeadMappings dead;
  const RefPtr<Vmar> self(this);  // the tree's reference goes
  LockGuard guard(space_->lock());
  TRY(check_alive());
  if (immutable_inside_ != 0) return fail(Status::AccessDenied);
  destroy_all(dead);
  return {};
}

void Vmar::destroy_all(DeadMappings& dead) {
  const RefPtr<Vmar> self(this);
  Vmar* at = this;
  for (;;) {
    exec::Portion portion;
    if (destroy_some(at, dead, portion)) return;
  }
}

// Destroys this VMAR and all below, leaves first, as far as the portion goes. A loop, as programs
// may nest VMARs without end; `at` is where it goes on, at first this. True when that was all.
bool Vmar::destroy_some(Vmar*& at, DeadMappings& dead, exec::Portion& portion) {
  constexpr uint32_t kUnitsForRegion = 8;
  while (!portion.spent()) {
    if (!at->regions_.empty()) {
      Region& first = *at->regions_.begin();
      if (Mapping* mapping = first.as_mapping()) {
        mapping->detach();
        dead.add(*mapping);
        portion.use(kUnitsForRegion);
      } else {
        at = first.as_vmar();
        portion.use(1);
      }
      continue;
    }
    Vmar* const parent = at->parent_;
    const bool last = at == this;
    at->destroyed_ = true;
    at->immutable_inside_ = 0;
    portion.use(kUnitsForRegion);
    if (parent != nullptr) {
      parent->remove(*at);
      at->release();
    }
    if (last) return true;
    at = parent;
  }
  return false;
}

// --- Protecting
// -----------------------------------------------------------------------------------

Result<> Vmar::protect(VirtAddr at, uint64_t size, Access access) {
  if (!readable_or_nothing(access)) return fail(Status::InvalidArgs);
  size = TRY(round_size(at, size));
  LockGuard guard(space_->lock());
  TRY(check_alive());
  const Range range = TRY(range_inside(at, size));
  TRY(check_protect(range, access));
  // The one behind first: the one in front may then split what is left.
  auto back = TRY(spare_for_split(range.to));
  auto front = TRY(spare_for_split(range.from));
  for (UniquePtr<Mapping>* part : {&back, &front}) {
    if (*part == nullptr) continue;
    Mapping& whole = *first_from(raw((*part)->base()))->as_mapping();
    whole.split_off(*part->release());
  }
  for (auto region = first_from(range.from);
       region != regions_.end() && raw(region->base()) < range.to; ++region)
    region->as_mapping()->set_access(access);
  return {};
}

Result<> Vmar::check_protect(const Range& range, Access access) {
  uint64_t covered = range.from;
  for (auto at = first_from(range.from); at != regions_.end() && raw(at->base()) < range.to; ++at) {
    if (raw(at->base()) > covered) return fail(Status::NotFound);
    covered = at->end();
    if (at->as_vmar() != nullptr) return fail(Status::InvalidArgs);
    const Mapping& mapping = *at->as_mapping();
    if (mapping.immutable() || !hal::includes(mapping.max_access(), access))
      return fail(Status::AccessDenied);
  }
  if (covered < range.to) return fail(Status::NotFound);
  return {};
}

// --- Operations on what is mapped
// -----------------------------------------------------------------

Result<> Vmar::decommit(VirtAddr& at, uint64_t& size) {
  RefPtr<Vmo> vmo;
  ByteRange part;
  {
    LockGuard guard(space_->lock());
    const Mapping& mapping = *TRY(mapping_for_op(at, size));
    if (!hal::includes(mapping.access(), Access::Write)) return fail(Status::AccessDenied);
    vmo = mapping.vmo_;
    part = {.offset = mapping.vmo_offset() + (at - mapping.base()),
            .size = std::min(size, mapping.end() - raw(at))};
  }
  const uint64_t before = part.size;
  TRY(vmo->decommit(part));
  at = at + (before - part.size);
  size -= before - part.size;
  return {};
}

Result<> Vmar::populate(VirtAddr& at, uint64_t& size) {
  LockGuard guard(space_->lock());
  Mapping& mapping = *TRY(mapping_for_op(at, size));
  const uint64_t done = TRY(mapping.populate(at, size));
  at = at + done;
  size -= done;
  return {};
}

// The mapping at the start of a range.
Result<Mapping*> Vmar::mapping_for_op(VirtAddr at, uint64_t size) {
  if (size == 0 || !is_page_aligned(raw(at)) || !is_page_aligned(size))
    return fail(Status::InvalidArgs);
  TRY(check_alive());
  if (!range_inside(at, size)) return fail(Status::OutOfRange);
  Mapping* const mapping = space_->mapping_at(*this, at);
  if (mapping == nullptr) return fail(Status::BadState);
  return mapping;
}

}  // namespace jacinth::vm
