// A heap for the tests' kernel: first fit over a part of RAM, every block of the size it was asked
// for. The real kernel's is in vm/.
#include "base/heap.h"

#include "base/intrusive.h"
#include "base/spinlock.h"
#include "hal/host/selftest/selftest.h"
#include "hal/memory.h"

namespace jacinth {
namespace {

struct Block {
  size_t bytes;  // with this header
  Block* next;   // while free
};
constexpr size_t kHeader = 64;  // keeps what follows aligned to cache lines

constinit SpinLock lock{LockRank::Heap};
constinit Block* free_blocks GUARDED_BY(lock) = nullptr;
constinit bool is_set_up GUARDED_BY(lock) = false;

Block* at(PhysAddr address) { return reinterpret_cast<Block*>(hal::phys_to_virt(address)); }

void set_up() REQUIRES(lock) {
  is_set_up = true;
  free_blocks = at(selftest::kHeapBase);
  *free_blocks = {selftest::kHeapBytes, nullptr};
}

}  // namespace

void* heap_allocate(size_t bytes, size_t alignment) noexcept {
  if (alignment > kHeader || bytes > selftest::kHeapBytes) return nullptr;
  const size_t needed = (bytes + kHeader + kHeader - 1) & ~(kHeader - 1);
  LockGuard guard(lock);
  if (!is_set_up) set_up();
  for (Block** link = &free_blocks; *link != nullptr; link = &(*link)->next) {
    Block* found = *link;
    if (found->bytes < needed) continue;
    if (found->bytes - needed >= 2 * kHeader) {
      auto* rest = reinterpret_cast<Block*>(reinterpret_cast<std::byte*>(found) + needed);
      *rest = {found->bytes - needed, found->next};
      found->bytes = needed;
      *link = rest;
    } else {
      *link = found->next;
    }
    return reinterpret_cast<std::byte*>(found) + kHeader;
  }
  return nullptr;
}

void heap_free(void* block) noexcept {
  if (block == nullptr) return;
  auto* header = reinterpret_cast<Block*>(static_cast<std::byte*>(block) - kHeader);
  LockGuard guard(lock);
  header->next = free_blocks;
  free_blocks = header;
}

}  // namespace jacinth
