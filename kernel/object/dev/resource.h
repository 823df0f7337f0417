// Resource: the right to a range of the machine (device memory, interrupts, ports), or to do
// something privileged.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/intrusive.h"
#include "object/handle.h"

namespace jacinth {

// zx_rsrc_kind_t.
enum class ResourceKind : uint32_t {
  Mmio = 0,
  Irq = 1,
  IoPort = 2,
  Hypervisor = 3,
  Root = 4,  // everything
  Vmex = 5,  // making memory executable
  Smc = 6,
};
inline constexpr uint32_t kResourceKindCount = 7;

class ResourceRanges;

class Resource final : public KernelObject {
 public:
  static constexpr ObjectType kType = ObjectType::Resource;
  static constexpr Rights kDefaultRights =
      rights::kTransfer | rights::kDuplicate | rights::kWrite | rights::kInspect;
  // The only flag: nobody else may have any of the range.
  static constexpr uint32_t kExclusive = 0x10000;

  struct Range {
    uint64_t base = 0;
    uint64_t size = 0;
    bool wraps() const { return base + size < base; }
    bool contains(Range other) const {
      return other.base >= base && other.base + other.size <= base + size;
    }
    bool overlaps(Range other) const {
      return size != 0 && other.size != 0 && base < other.base + other.size &&
             other.base < base + size;
    }
  };

  // The system's first resource. NO_MEMORY.
  static Result<Handle> create_root();

  // A resource that allows part of what this one does. `options` is a kind and flags, as programs
  // give them. INVALID_ARGS for an unknown kind or flag or a range that wraps; ACCESS_DENIED when
  // this resource is of another kind, or its range smaller; INVALID_ARGS when one of the two is
  // exclusive and this is not the root, when a kind without ranges is given one, or for an empty
  // exclusive range; NOT_FOUND when exclusive ranges would overlap others or there are no such
  // ports; NO_MEMORY. A zero-sized range is legal and allows nothing.
  Result<Handle> create_child(uint32_t options, Range range, std::string_view name);

  // Whether the holder may use `range` of `kind`: WRONG_TYPE, OUT_OF_RANGE. Ranges of device memory
  // are rounded out to pages, as they are mapped. The root resource always may.
  Result<> check(ResourceKind kind, Range range) const;
  // The same for kinds without ranges.
  Result<> check(ResourceKind kind) const;

  Resource(RefPtr<ResourceRanges> ranges, ResourceKind kind, uint32_t flags, Range range,
           std::string_view name);
  ~Resource() override;

  ObjectType type() const override { return kType; }
  Rights default_rights() const override { return kDefaultRights; }
  Name name() const override { return name_; }
  ResourceKind kind() const { return kind_; }
  uint32_t flags() const { return flags_; }
  Range range() const { return range_; }

 private:
  friend class ResourceRanges;

  bool exclusive() const { return (flags_ & kExclusive) != 0; }
  Result<> check_covers(ResourceKind kind, uint32_t flags, Range range) const;

  const RefPtr<ResourceRanges> ranges_;
  const ResourceKind kind_;
  const uint32_t flags_;
  const Range range_;
  const Name name_;
  ListHook link_;  // among all ranges of the system
};

// All resources with ranges that come from one root.
class ResourceRanges final : public RefCounted {
 public:
  // NOT_FOUND when the resource's range meets one that it must not meet.
  Result<> add(Resource& resource);
  void remove(Resource& resource);

 private:
  SpinLock lock_{LockRank::Object};
  IntrusiveList<Resource, &Resource::link_> list_ GUARDED_BY(lock_);
};

}  // namespace jacinth
