// Region: what fills part of a VMAR: a mapping or another VMAR.
#pragma once

#include <cstdint>

#include "base/heap.h"
#include "base/intrusive.h"
#include "base/units.h"

namespace jacinth::vm {

class Mapping;
class Vmar;

// Guarded by the address space's lock.
class Region {
 public:
  VirtAddr base() const { return base_; }
  uint64_t size() const { return size_; }
  uint64_t end() const { return raw(base_) + size_; }
  // Null when it is of the other kind.
  Mapping* as_mapping();
  Vmar* as_vmar();

 protected:
  enum class Kind : uint8_t { Mapping, Vmar };
  Region(Kind kind, VirtAddr base, uint64_t size, Vmar* parent)
      : base_(base), size_(size), parent_(parent), kind_(kind) {}
  ~Region() = default;

  VirtAddr base_;
  uint64_t size_;
  Vmar* parent_;  // null: the root, destroyed, or not yet in a tree

 private:
  friend class Vmar;
  friend class AddressSpace;

  struct BaseOf {
    using type = uint64_t;
    uint64_t operator()(const Region& region) const { return raw(region.base_); }
  };

  const Kind kind_;
  TreeHook sibling_link_;
};

}  // namespace jacinth::vm
