// The kernel heap: fallible, and the only one.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <utility>

#include "base/result.h"

// allocation_may_succeed(): false when a simulator test wants this allocation to fail. Whoever
// hands out memory that may run short (heap, page frames) asks it once for each allocation.
#include <machine/hooks.h>

namespace jacinth {

// nullptr when memory is short. Alignment: a power of two up to a page. Any context; takes no lock
// that ranks below LockRank::Heap. Each machine's kernel provides these (kernel/vm/heap.cc over
// page frames; the simulator can make each allocation fail in turn).
[[nodiscard]] void* heap_allocate(size_t bytes, size_t alignment = 16) noexcept;
void heap_free(void* block) noexcept;

// Base for everything made with `new (std::nothrow)`: routes allocation to the kernel heap and
// leaves no way to call the throwing form.
class HeapAllocated {
 public:
  static void* operator new(size_t size, const std::nothrow_t&) noexcept {
    return heap_allocate(size);
  }
  static void* operator new(size_t size, std::align_val_t alignment,
                            const std::nothrow_t&) noexcept {
    return heap_allocate(size, static_cast<size_t>(alignment));
  }
  static void* operator new(size_t, void* place) noexcept { return place; }
  static void operator delete(void* block) noexcept { heap_free(block); }
  static void operator delete(void* block, std::align_val_t) noexcept { heap_free(block); }
  static void operator delete(void* block, const std::nothrow_t&) noexcept { heap_free(block); }
  static void operator delete(void* block, std::align_val_t, const std::nothrow_t&) noexcept {
    heap_free(block);
  }
};

template <typename T>
using UniquePtr = std::unique_ptr<T>;

// A T on the heap, or NO_MEMORY.
template <typename T, typename... Args>
Result<UniquePtr<T>> make_unique(Args&&... args) {
  T* made = new (std::nothrow) T(std::forward<Args>(args)...);
  if (made == nullptr) return fail(Status::NoMemory);
  return UniquePtr<T>(made);
}

}  // namespace jacinth
