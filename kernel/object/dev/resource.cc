#include "object/dev/resource.h"

#include <limits>

namespace jacinth {
namespace {

constexpr uint32_t kKindMask = 0xffff;

bool has_ranges(ResourceKind kind) {
  return kind == ResourceKind::Mmio || kind == ResourceKind::Irq || kind == ResourceKind::IoPort ||
         kind == ResourceKind::Smc;
}

// The ranges of a kind end here.
uint64_t limit_of(ResourceKind kind) {
  switch (kind) {
    case ResourceKind::IoPort:
      return 0x10000;
    case ResourceKind::Smc:
      return 64;  // service call numbers
    default:
      return std::numeric_limits<uint64_t>::max();
  }
}

// Whole pages; the last page of the address range stays cut off rather than wrap to 0.
Resource::Range page_rounded(Resource::Range range) {
  const uint64_t base = page_floor(range.base);
  const uint64_t end = range.base + range.size;
  return {base, (page_ceil_overflows(end) ? end : page_ceil(end)) - base};
}

}  // namespace

Result<> ResourceRanges::add(Resource& resource) {
  LockGuard guard(lock_);
  for (const Resource& other : list_) {
    if (other.kind_ != resource.kind_ || !other.range_.overlaps(resource.range_)) continue;
    if (other.exclusive() || resource.exclusive()) return fail(Status::NotFound);
  }
  list_.push_back(resource);
  return {};
}

void ResourceRanges::remove(Resource& resource) {
  LockGuard guard(lock_);
  if (resource.link_.is_linked()) list_.erase(list_.iterator_to(resource));
}

Resource::Resource(RefPtr<ResourceRanges> ranges, ResourceKind kind, uint32_t flags, Range range,
                   std::string_view name)
    : ranges_(std::move(ranges)),
      kind_(kind),
      flags_(flags),
      range_(range),
      name_(make_name(name)) {}

Resource::~Resource() { ranges_->remove(*this); }

Result<Handle> Resource::create_root() {
  auto ranges = TRY(make_ref<ResourceRanges>());
  return Handle(TRY(make_ref<Resource>(std::move(ranges), ResourceKind::Root, 0, Range{}, "root")));
}

Result<> Resource::check_covers(ResourceKind kind, uint32_t flags, Range range) const {
  if (kind_ == ResourceKind::Root) return {};
  if (kind != kind_ || !range_.contains(range)) return fail(Status::AccessDenied);
  if (((flags | flags_) & kExclusive) != 0) return fail(Status::InvalidArgs);
  return {};
}

Result<Handle> Resource::create_child(uint32_t options, Range range, std::string_view name) {
  const uint32_t flags = options & ~kKindMask;
  if ((options & kKindMask) >= kResourceKindCount || (flags & ~kExclusive) != 0 || range.wraps())
    return fail(Status::InvalidArgs);
  const ResourceKind kind{options & kKindMask};
  TRY(check_covers(kind, flags, range));
  const bool ranged = has_ranges(kind);
  if (!ranged && (range.base != 0 || range.size != 0)) return fail(Status::InvalidArgs);
  if (ranged && (flags & kExclusive) != 0 && range.size == 0) return fail(Status::InvalidArgs);
  if (range.base + range.size > limit_of(kind)) return fail(Status::NotFound);
  auto child = TRY(make_ref<Resource>(ranges_, kind, flags, range, name));
  if (ranged) TRY(ranges_->add(*child));
  return Handle(std::move(child));
}

Result<> Resource::check(ResourceKind kind) const {
  if (kind_ != kind && kind_ != ResourceKind::Root) return fail(Status::WrongType);
  return {};
}

Result<> Resource::check(ResourceKind kind, Range range) const {
  TRY(check(kind));
  if (range.wraps()) return fail(Status::OutOfRange);
  if (kind_ == ResourceKind::Root) return {};
  const bool covered = kind == ResourceKind::Mmio
                           ? page_rounded(range_).contains(page_rounded(range))
                           : range_.contains(range);
  if (!covered) return fail(Status::OutOfRange);
  return {};
}

}  // namespace jacinth
