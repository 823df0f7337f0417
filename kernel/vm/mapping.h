// Mapping: a range of addresses at which a VMO's pages appear.
#pragma once

#include <cstdint>

#include "base/intrusive.h"
#include "base/ref_ptr.h"
#include "base/result.h"
#include "hal/address_space.h"
#include "vm/region.h"
#include "vm/vmo.h"

namespace jacinth::vm {

class AddressSpace;

// Where it lies, what it shows of its VMO and with which access changes only while both the address
// space's lock and the VMO's are held. So either lock suffices to read it, and a VMO can walk its
// mappings (to take away pages, to forbid writes) without reaching for address spaces.
class Mapping final : public Region {
 public:
  Mapping(AddressSpace& space, Vmar& parent, VirtAddr base, uint64_t size, RefPtr<Vmo> vmo,
          uint64_t vmo_offset, hal::Access access, hal::Access max_access, bool immutable);
  ~Mapping();

  Vmo& vmo() const { return *vmo_; }
  uint64_t vmo_offset() const { return vmo_offset_; }
  hal::Access access() const { return access_; }
  // What protect() may widen the access to.
  hal::Access max_access() const { return max_access_; }
  // May neither be unmapped, overwritten nor protected, nor any VMAR above it be destroyed.
  bool immutable() const { return immutable_; }
  AddressSpace& space() const { return space_; }

 private:
  friend class AddressSpace;
  friend class Vmar;
  friend class Vmo;

  // Makes the machine forget the pages [first, first + count) of the VMO, where they show here.
  void unmap_pages(uint64_t first, uint64_t count);
  // The same, taking only the permission to write.
  void forbid_writes(uint64_t first, uint64_t count);

  AddressSpace& space_;
  const RefPtr<Vmo> vmo_;
  uint64_t vmo_offset_;
  hal::Access access_;
  const hal::Access max_access_;
  const bool immutable_;
  TreeHook vmo_link_;
};

}  // namespace jacinth::vm
