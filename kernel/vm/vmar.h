// Vmar: a range of an address space, divided among mappings and smaller VMARs.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/intrusive.h"
#include "base/ref_ptr.h"
#include "base/result.h"
#include "base/units.h"
#include "hal/address_space.h"
#include "vm/mapping.h"
#include "vm/region.h"
#include "vm/vmo.h"

namespace jacinth::vm {

class AddressSpace;

// Where a new region goes inside its parent.
struct Placement {
  enum class Kind : uint8_t {
    Anywhere,    // the kernel chooses, at random; `offset` must be 0
    Specific,    // at `offset` from the parent's base; what is there already is in the way
    Overwrite,   // the same, replacing the mappings that are there (map() alone)
    UpperLimit,  // anywhere that ends at or below `offset`
    Highest,     // as high as it fits and ends at or below `offset`
  };
  Kind kind = Kind::Anywhere;
  uint64_t offset = 0;
  uint8_t align_log2 = 0;  // of the base: 0 (pages) or 10..32
};

struct MapOptions {
  hal::Access access = hal::Access::None;
  hal::Access max_access = hal::Access::None;  // what a later protect() may ask for
  bool populate = false;  // map some of what is committed at once; the rest by populate() or faults
  bool immutable = false;  // see Mapping::immutable()
  bool require_non_resizable = false;
  MappingNote note{};  // for the personality, kept through splits
};

struct VmarOptions {
  hal::Access can_map = hal::Access::None;  // the access its mappings may have
  bool can_map_specific = false;
  bool compact = false;  // puts its regions close together instead of at random
};

// All calls but create lock for themselves (LockRank::AddressSpace). Every call: BAD_STATE when the
// VMAR has been destroyed. Sizes are in bytes.
class Vmar final : public RefCounted, public Region {
 public:
  // A VMAR inside this one. INVALID_ARGS: size 0 or not page aligned; alignment; an offset with
  // Anywhere; outside; a misaligned base; an alignment this VMAR cannot hold.
  // ACCESS_DENIED: more than this VMAR can map; Specific where that may not be. NO_MEMORY: no room.
  Result<RefPtr<Vmar>> allocate(const Placement& where, uint64_t size, const VmarOptions& options);

  // Maps [vmo_offset, vmo_offset + size), size rounded up; beyond the VMO's end is allowed,
  // touching it faults. Errors as allocate(); also NOT_SUPPORTED: resizable against the options;
  // INVALID_ARGS: write or execute without read, vmo_offset not page aligned or wrapping, populate
  // with Overwrite, overwriting meets a VMAR; ACCESS_DENIED: access beyond max_access, overwriting
  // meets an immutable mapping.
  Result<VirtAddr> map(const Placement& where, RefPtr<Vmo> vmo, uint64_t vmo_offset, uint64_t size,
                       const MapOptions& options);

  // Makes the mapping that ends at `end` longer by `size`, showing what follows in its VMO.
  // NOT_FOUND: no mapping ends there. NO_MEMORY: something is in the way, or no room. INVALID_ARGS:
  // as unmap(), or the VMO's offsets would wrap. ACCESS_DENIED: immutable.
  Result<> extend(VirtAddr end, uint64_t size);

  // Makes the mapping that begins at `base` longer downwards, showing what precedes in its VMO.
  // NOT_FOUND: no mapping begins there. OUT_OF_RANGE: the VMO has not as much before. Else as
  // extend().
  Result<> extend_down(VirtAddr base, uint64_t size);

  // Unmaps [at, at + size), size rounded up, splitting mappings and destroying VMARs wholly inside;
  // holes are fine. INVALID_ARGS: at not page aligned, size 0, outside, part of a VMAR met.
  // ACCESS_DENIED: an immutable mapping met. NO_MEMORY: a mapping could not be split. On any error
  // nothing has changed.
  Result<> unmap(VirtAddr at, uint64_t size);

  // Changes the access of what is mapped in the range, splitting mappings. INVALID_ARGS: as
  // unmap(); write or execute without read; a VMAR met. NOT_FOUND: a hole. ACCESS_DENIED: beyond a
  // mapping's maximum, or immutable. NO_MEMORY. On any error nothing has changed.
  Result<> protect(VirtAddr at, uint64_t size, hal::Access access);

  // Unmaps everything inside, destroys the VMARs inside, and gives the range back to the parent.
  // ACCESS_DENIED: an immutable mapping inside.
  Result<> destroy();

  // Both do one piece of work and move `at` and `size` forward: call until size is 0. INVALID_ARGS:
  // size 0 or not page aligned. OUT_OF_RANGE: outside. BAD_STATE: a hole is met.
  // decommit frees the frames behind the range: see Vmo::decommit(). ACCESS_DENIED: a mapping that
  // is not writable.
  Result<> decommit(VirtAddr& at, uint64_t& size);
  // populate maps what is committed already. NO_MEMORY.
  Result<> populate(VirtAddr& at, uint64_t& size);

  AddressSpace& space() const { return *space_; }
  hal::Access can_map() const { return options_.can_map; }
  bool destroyed();

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&... args);
  friend class AddressSpace;
  friend class Mapping;
  using Regions = IntrusiveTree<Region, &Region::sibling_link_, Region::BaseOf>;

  Vmar(RefPtr<AddressSpace> space, VirtAddr base, uint64_t size, const VmarOptions& options);
  ~Vmar() override;

  // --- All below: with the address space's lock held.
  Result<> check_alive() const;
  // [at, at + size) as page-aligned bounds inside this VMAR.
  struct Range {
    uint64_t from;
    uint64_t to;
  };
  static Result<uint64_t> round_size(VirtAddr at, uint64_t size);
  Result<Range> range_inside(VirtAddr at, uint64_t size) const;

  // Where to put a new region (vmar_placement.cc).
  Result<VirtAddr> place(const Placement& where, uint64_t size);
  Result<VirtAddr> place_at(const Placement& where, uint64_t size, uint64_t align);
  Result<VirtAddr> find_room(uint64_t limit, uint64_t size, uint64_t align);
  Result<VirtAddr> find_highest(uint64_t limit, uint64_t size, uint64_t align);
  template <typename F>
  void for_each_gap(uint64_t limit, F&& body);
  bool is_free(uint64_t from, uint64_t to);
  // The first region that ends above `at`; end() when there is none.
  Regions::iterator first_from(uint64_t at);

  void insert(Region& region);
  void remove(Region& region);

  // What unmap() and an overwriting map() do: look first, then act without failing.
  Result<> check_removal(const Range& range);
  Result<> check_overwrite(const Range& range);
  Result<UniquePtr<Mapping>> spare_for_hole(const Range& range);
  Result<UniquePtr<Mapping>> spare_for_split(uint64_t at);
  void remove_range(const Range& range, UniquePtr<Mapping>& spare, DeadMappings& dead);
  void destroy_all(DeadMappings& dead);
  bool destroy_some(Vmar*& at, DeadMappings& dead, exec::Portion& portion);
  Result<> check_protect(const Range& range, hal::Access access);
  Result<Mapping*> mapping_for_op(VirtAddr at, uint64_t size);
  void count_immutable(int64_t change);

  const RefPtr<AddressSpace> space_;
  const VmarOptions options_;
  bool destroyed_ = false;
  uint64_t immutable_inside_ = 0;  // immutable mappings here and in all VMARs below
  Regions regions_;                // a VMAR among them is held by one reference
};

}  // namespace jacinth::vm
