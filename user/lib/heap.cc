// malloc, free and operator new over memory mapped from VMOs.
//
// Size classes of powers of two up to half a page come from page-sized slabs; larger blocks are
// mappings of their own. One lock for all: programs here are small.
#include <zircon/syscalls.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <utility>

#include "lib/mutex.h"
#include "lib/startup.h"

namespace {

constexpr size_t kPage = 4096;
constexpr size_t kSmallest = 16;
constexpr size_t kClasses = 8;  // 16 … 2048
constexpr size_t kRegion = 1u << 20;
constexpr uint32_t kSlab = 0x51ab51ab;
constexpr uint32_t kLarge = 0x1a46e000;

// At the start of every slab and large mapping; blocks are never page aligned, so rounding a
// block's address down to a page finds it.
struct Header {
  uint32_t kind;
  uint32_t size_class;
  size_t bytes;  // of the mapping (large blocks)
};
static_assert(sizeof(Header) == 16);

struct FreeBlock {
  FreeBlock* next;
};

constinit user::Mutex heap_lock;
constinit FreeBlock* free_blocks[kClasses] = {};
constinit std::byte* region_next = nullptr;
constinit std::byte* region_end = nullptr;

void* map_bytes(size_t bytes) {
  zx_handle_t vmo = ZX_HANDLE_INVALID;
  if (zx_vmo_create(bytes, 0, &vmo) != ZX_OK) return nullptr;
  zx_vaddr_t address = 0;
  const zx_status_t status = zx_vmar_map(user::root_vmar(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0,
                                         vmo, 0, bytes, &address);
  zx_handle_close(vmo);
  return status == ZX_OK ? reinterpret_cast<void*>(address) : nullptr;
}

bool add_slab(size_t size_class) {
  if (region_next == region_end) {
    region_next = static_cast<std::byte*>(map_bytes(kRegion));
    region_end = region_next == nullptr ? nullptr : region_next + kRegion;
    if (region_next == nullptr) return false;
  }
  std::byte* page = region_next;
  region_next += kPage;
  new (page) Header{kSlab, static_cast<uint32_t>(size_class), 0};
  const size_t size = kSmallest << size_class;
  for (size_t at = std::max(size, sizeof(Header)); at + size <= kPage; at += size)
    free_blocks[size_class] = new (page + at) FreeBlock{free_blocks[size_class]};
  return true;
}

void* allocate_small(size_t size_class) {
  const user::MutexGuard guard(heap_lock);
  if (free_blocks[size_class] == nullptr && !add_slab(size_class)) return nullptr;
  return std::exchange(free_blocks[size_class], free_blocks[size_class]->next);
}

Header* header_of(void* block) {
  return reinterpret_cast<Header*>(reinterpret_cast<uintptr_t>(block) & ~(kPage - 1));
}

size_t usable_size(const Header& header) {
  return header.kind == kSlab ? kSmallest << header.size_class : header.bytes - sizeof(Header);
}

}  // namespace

extern "C" void* malloc(size_t size) {
  if (size <= kSmallest << (kClasses - 1)) {
    const size_t rounded = std::bit_ceil(std::max(size, kSmallest));
    return allocate_small(static_cast<size_t>(std::countr_zero(rounded / kSmallest)));
  }
  if (size > SIZE_MAX - 2 * kPage) return nullptr;
  const size_t bytes = (size + sizeof(Header) + kPage - 1) & ~(kPage - 1);
  void* place = map_bytes(bytes);
  if (place == nullptr) return nullptr;
  return new (place) Header{kLarge, 0, bytes} + 1;
}

extern "C" void free(void* block) {
  if (block == nullptr) return;
  Header* header = header_of(block);
  if (header->kind == kLarge) {
    zx_vmar_unmap(user::root_vmar(), reinterpret_cast<zx_vaddr_t>(header), header->bytes);
    return;
  }
  if (header->kind != kSlab) __builtin_trap();  // not a block of this heap
  const user::MutexGuard guard(heap_lock);
  free_blocks[header->size_class] = new (block) FreeBlock{free_blocks[header->size_class]};
}

extern "C" void* realloc(void* block, size_t size) {
  if (block == nullptr) return malloc(size);
  const size_t old = usable_size(*header_of(block));
  if (size <= old) return block;
  void* moved = malloc(size);
  if (moved == nullptr) return nullptr;
  memcpy(moved, block, old);
  free(block);
  return moved;
}

extern "C" void* calloc(size_t count, size_t size) {
  size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) return nullptr;
  void* block = malloc(bytes);
  if (block != nullptr) memset(block, 0, bytes);
  return block;
}

void* operator new(size_t size) {
  void* block = malloc(size);
  // Programs without exceptions have nowhere to go; the ones that can cope ask with std::nothrow.
  if (block == nullptr) __builtin_trap();
  return block;
}
void* operator new[](size_t size) { return operator new(size); }
void* operator new(size_t size, const std::nothrow_t&) noexcept { return malloc(size); }
void* operator new[](size_t size, const std::nothrow_t&) noexcept { return malloc(size); }
void operator delete(void* block) noexcept { free(block); }
void operator delete[](void* block) noexcept { free(block); }
void operator delete(void* block, size_t) noexcept { free(block); }
void operator delete[](void* block, size_t) noexcept { free(block); }
