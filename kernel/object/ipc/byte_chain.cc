#include "object/ipc/byte_chain.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "base/check.h"

namespace jacinth {

ByteChain::Block* ByteChain::make_block(size_t bytes) {
  void* place = heap_allocate(sizeof(Block) + bytes);
  return place == nullptr ? nullptr : new (place) Block(bytes);
}

void ByteChain::link(Block& block) {
  (last_ == nullptr ? first_ : last_->next) = &block;
  last_ = &block;
  size_ += block.size();
}

ByteChain::Block* ByteChain::unlink_first() {
  Block* block = first_;
  first_ = block->next;
  if (first_ == nullptr) last_ = nullptr;
  size_ -= block->size();
  block->next = nullptr;
  return block;
}

void ByteChain::splice(ByteChain& other) {
  if (other.first_ == nullptr) return;
  (last_ == nullptr ? first_ : last_->next) = other.first_;
  last_ = std::exchange(other.last_, nullptr);
  size_ += std::exchange(other.size_, 0);
  other.first_ = nullptr;
}

void ByteChain::clear() {
  while (first_ != nullptr) heap_free(unlink_first());
}

Result<std::span<std::byte>> ByteChain::extend(size_t bytes) {
  const size_t count = std::min(bytes, kFullBlock);
  Block* block = make_block(count);
  if (block == nullptr) return fail(Status::NoMemory);
  block->end = static_cast<uint32_t>(count);
  link(*block);
  return block->data();
}

Result<> ByteChain::append(std::span<const std::byte> bytes) {
  ByteChain added;
  while (!bytes.empty()) {
    const std::span<std::byte> place = TRY(added.extend(bytes.size()));
    memcpy(place.data(), bytes.data(), place.size());
    bytes = bytes.subspan(place.size());
  }
  splice(added);
  return {};
}

void ByteChain::absorb(ByteChain& other) {
  const bool small = other.size_ < kSmallPiece && other.first_ == other.last_;
  if (!small || last_ == nullptr || other.empty()) return splice(other);
  if (last_->room() < other.size_) {
    Block* fresh = make_block(kFullBlock);
    if (fresh == nullptr) return splice(other);
    link(*fresh);
  }
  memcpy(last_->bytes() + last_->end, other.first_->data().data(), other.size_);
  last_->end += static_cast<uint32_t>(other.size_);
  size_ += other.size_;
  other.first_->begin = other.first_->end;
  other.size_ = 0;
}

void ByteChain::absorb_record(ByteChain& other) {
  if (other.last_ != nullptr) other.last_->ends_record = true;
  splice(other);
}

Result<ByteChain> ByteChain::take(size_t bytes) {
  DEBUG_ASSERT(bytes <= size_);
  // What has to be split off the block in which the cut falls, got first: it may not be had.
  const Block* at = first_;
  size_t left = bytes;
  for (; at != nullptr && at->size() <= left; at = at->next) left -= at->size();
  ByteChain part;
  if (left != 0) TRY(part.append(at->data().first(left)));

  ByteChain taken;
  while (first_ != at) taken.link(*unlink_first());
  if (left != 0) {
    first_->begin += static_cast<uint32_t>(left);
    size_ -= left;
  }
  taken.splice(part);
  return taken;
}

ByteChain ByteChain::take_record() {
  ByteChain taken;
  for (bool ended = false; !ended;) {
    Block* block = unlink_first();
    ended = std::exchange(block->ends_record, false);
    taken.link(*block);
  }
  return taken;
}

size_t ByteChain::first_record_size() const {
  size_t bytes = 0;
  for (const Block* block = first_; block != nullptr; block = block->next) {
    bytes += block->size();
    if (block->ends_record) break;
  }
  return bytes;
}

Result<ByteChain> ByteChain::copy(size_t bytes) const {
  ByteChain copied;
  for (const Block* block = first_; bytes != 0; block = block->next) {
    const auto piece = block->data().first(std::min(bytes, block->size()));
    TRY(copied.append(piece));
    bytes -= piece.size();
  }
  return copied;
}

void ByteChain::truncate(size_t bytes) {
  ByteChain kept;
  while (first_ != nullptr && first_->size() <= bytes - kept.size_) kept.link(*unlink_first());
  if (first_ != nullptr && kept.size_ < bytes) {
    Block* block = unlink_first();
    block->end = block->begin + static_cast<uint32_t>(bytes - kept.size_);
    kept.link(*block);
  }
  swap(kept);
}

}  // namespace jacinth
