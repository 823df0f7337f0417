// ByteChain: bytes in a row of heap blocks, so that moving them copies nothing.
//
// Programs' data is copied into a chain, and out of one, while no lock is held; under the lock,
// chains are only linked and unlinked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "base/heap.h"
#include "base/units.h"

namespace jacinth {

class ByteChain {
 public:
  constexpr ByteChain() = default;
  ByteChain(ByteChain&& other) noexcept { swap(other); }
  ByteChain& operator=(ByteChain&& other) noexcept {
    swap(other);
    return *this;
  }
  ~ByteChain() { clear(); }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  void clear();

  // Adds 1 to `bytes` bytes (`bytes` > 0), which the caller has to fill in: their place. NO_MEMORY.
  Result<std::span<std::byte>> extend(size_t bytes);
  // Adds a copy. NO_MEMORY leaves the chain as it was.
  Result<> append(std::span<const std::byte> bytes);
  // Adds all of `other`. Small ones are copied to share blocks with their neighbours, so that many
  // small pieces take no more than about twice their size; `other` may keep its emptied block.
  void absorb(ByteChain& other);
  // The same without sharing blocks, as one record.
  void absorb_record(ByteChain& other);

  // Removes the first `bytes` (at most size()); NO_MEMORY leaves the chain as it was.
  Result<ByteChain> take(size_t bytes);
  // Removes the first record; what was added as one.
  ByteChain take_record();
  size_t first_record_size() const;
  // A copy of the first `bytes` (at most size()). NO_MEMORY.
  Result<ByteChain> copy(size_t bytes) const;
  // Drops what is beyond the first `bytes`.
  void truncate(size_t bytes);

  // Calls visit(std::span<const std::byte>) -> Result<> for each piece in order, until one fails.
  template <typename F>
  Result<> for_each(F&& visit) const {
    for (const Block* block = first_; block != nullptr; block = block->next)
      TRY(visit(std::span<const std::byte>(block->data())));
    return {};
  }

 private:
  struct Block : HeapAllocated {
    Block* next = nullptr;
    uint32_t begin = 0;
    uint32_t end = 0;
    uint32_t capacity;
    bool ends_record = false;

    explicit Block(size_t bytes) : capacity(static_cast<uint32_t>(bytes)) {}
    size_t size() const { return end - begin; }
    size_t room() const { return capacity - end; }
    std::byte* bytes() { return reinterpret_cast<std::byte*>(this + 1); }
    std::span<std::byte> data() { return {bytes() + begin, size()}; }
    std::span<const std::byte> data() const { return const_cast<Block*>(this)->data(); }
  };
  static constexpr size_t kFullBlock = kPageSize - sizeof(Block);
  // Pieces smaller than this are worth copying.
  static constexpr size_t kSmallPiece = kFullBlock / 2;

  static Block* make_block(size_t bytes);
  void swap(ByteChain& other) {
    std::swap(first_, other.first_);
    std::swap(last_, other.last_);
    std::swap(size_, other.size_);
  }
  void link(Block& block);
  Block* unlink_first();
  void splice(ByteChain& other);

  Block* first_ = nullptr;
  Block* last_ = nullptr;
  size_t size_ = 0;
};

}  // namespace jacinth
