// VmoWindow: a mapping as its VMO sees it: where which pages show in which machine address space.
#pragma once

#include <cstdint>

#include "base/intrusive.h"
#include "base/units.h"
#include "hal/address_space.h"

namespace jacinth::vm {

// Geometry changes only while both the address space's lock and the VMO's are held. So either lock
// suffices to read it, and a VMO can walk its windows (to take away pages, to forbid writes)
// without reaching for address spaces.
class VmoWindow {
 public:
  uint64_t first_page() const { return first_page_; }
  uint64_t page_count() const { return page_count_; }

 protected:
  VmoWindow(hal::AddressSpace& machine, VirtAddr address, uint64_t first_page, uint64_t page_count,
            hal::Access access)
      : machine_(machine),
        address_(address),
        first_page_(first_page),
        page_count_(page_count),
        access_(access) {}
  ~VmoWindow() = default;

  hal::AddressSpace& machine_;
  VirtAddr address_;     // of first_page_
  uint64_t first_page_;  // of the VMO
  uint64_t page_count_;
  hal::Access access_;

 private:
  friend class Vmo;

  // Makes the machine forget the pages [first, first + count) of the VMO, where they show here.
  void unmap_pages(uint64_t first, uint64_t count);
  // The same, taking only the permission to write.
  void forbid_writes(uint64_t first, uint64_t count);

  struct SpaceOf {
    using type = const hal::AddressSpace*;
    type operator()(const VmoWindow& window) const { return &window.machine_; }
  };
  TreeHook vmo_link_;
};

}  // namespace jacinth::vm
