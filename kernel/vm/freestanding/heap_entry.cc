// The kernel heap's entry points on machines without a C library.
#include "base/heap.h"

#include "vm/heap.h"

namespace jacinth {

void* heap_allocate(size_t bytes, size_t alignment) noexcept {
  return vm::kernel_heap().allocate(bytes, alignment);
}

void heap_free(void* block) noexcept { vm::kernel_heap().free(block); }

}  // namespace jacinth
