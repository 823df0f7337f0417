// Mapping: a range of addresses at which a VMO's pages appear.
#pragma once

#include <cstdint>

#include "base/intrusive.h"
#include "base/ref_ptr.h"
#include "base/result.h"
#include "exec/reaper.h"
#include "hal/address_space.h"
#include "vm/region.h"
#include "vm/vmo.h"
#include "vm/vmo_window.h"

namespace jacinth::vm {

// What a personality wants to find again at a mapping. This layer only keeps it.
struct MappingNote {
  uint32_t tag = 0;
  RefPtr<RefCounted> source;  // lives as long as the mapping: the file behind it
};

// A part of a VMAR that shows pages of a VMO. As Region it belongs to the VMAR tree, as VmoWindow
// to its VMO; both locks are held whenever the geometry or the access changes.
class Mapping final : public HeapAllocated, public Region, public VmoWindow, private exec::Remains {
 public:
  // Not yet part of anything.
  Mapping(hal::AddressSpace& machine, VirtAddr base, uint64_t size, RefPtr<Vmo> vmo,
          uint64_t vmo_offset, hal::Access access, hal::Access max_access, bool immutable,
          MappingNote note = {});

  Vmo& vmo() const { return *vmo_; }
  uint64_t vmo_offset() const { return first_page_ << kPageShift; }
  hal::Access access() const { return access_; }
  // What protect() may widen the access to.
  hal::Access max_access() const { return max_access_; }
  // May neither be unmapped, overwritten nor protected, nor any VMAR above it be destroyed.
  bool immutable() const { return immutable_; }
  const MappingNote& note() const { return note_; }

 private:
  friend class AddressSpace;
  friend class Vmar;
  friend class DeadMappings;

  uint64_t page_at(VirtAddr at) const { return first_page_ + ((at - address_) >> kPageShift); }

  // --- All with the address space's lock held; they take the VMO's.
  // Becomes part of `parent`, visible to its VMO.
  void attach(Vmar& parent);
  // Leaves both, and the machine forgets it.
  void detach();
  // Gives what lies behind back's base to `back`, which becomes part of the same parent.
  void split_off(Mapping& back);
  // Gives up [base, base + bytes), or all from `keep` bytes on.
  void cut_front(uint64_t bytes);
  void cut_back(uint64_t keep);
  // Shows `bytes` more at its end, which are free.
  void grow_back(uint64_t bytes);
  // The same before its beginning; its VMO has as much before what is shown.
  void grow_front(uint64_t bytes);
  void set_access(hal::Access access);
  // Maps what faulting on `at` gives, and what lies around it.
  Result<> fault(VirtAddr at, bool write);
  // Maps what is committed at and after `at`; returns how many bytes it has dealt with.
  Result<uint64_t> populate(VirtAddr at, uint64_t most);
  hal::Access machine_access(bool writable) const;
  Result<> map_run(const Vmo::Run& run);
  bool reap(exec::Portion& portion) override;

  const RefPtr<Vmo> vmo_;
  const hal::Access max_access_;
  const bool immutable_;
  const MappingNote note_;
};

// Mappings that have left their address space, freed when no lock is held any more: with one may go
// the last of a VMO.
class DeadMappings {
 public:
  DeadMappings() = default;
  DeadMappings(const DeadMappings&) = delete;
  DeadMappings& operator=(const DeadMappings&) = delete;
  ~DeadMappings() { exec::reap(mappings_); }
  void add(Mapping& mapping) { mappings_.push_back(mapping); }

 private:
  exec::RemainsList mappings_;
};

}  // namespace jacinth::vm
