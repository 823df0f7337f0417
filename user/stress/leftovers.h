// What the whole system uses: equal before and after, or something has been lost.
#pragma once

#include <zircon/types.h>

#include <cstdint>

namespace stress {

struct Leftovers {
  uint64_t heap_bytes;  // the kernel's objects
  uint64_t vmo_bytes;   // pages of memory objects
  uint64_t page_table_bytes;
  uint64_t handles;  // of this process

  static Leftovers now();
  // Whether no more is in use than `before`, give or take what this process's address space and the
  // kernel's own lists may have grown by.
  bool back_at(const Leftovers& before) const;
};

}  // namespace stress
