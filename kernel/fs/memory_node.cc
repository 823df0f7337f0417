// The contents of files that live in memory.
#include <algorithm>

#include "fs/regular_file.h"

namespace jacinth::fs {
namespace {

uint64_t pages_between(uint64_t offset, uint64_t bytes) {
  return ((page_ceil(offset + bytes) - page_floor(offset)) >> kPageShift);
}

// One contiguous piece between the file and the buffer. SHOULD_WAIT: a fault is to be resolved.
Result<> copy_piece(vm::Vmo& memory, vm::ByteRange& range, IoTarget& to) {
  const IoVector piece = to.front();
  if (to.in_kernel()) {
    TRY(memory.read(range.offset, {reinterpret_cast<std::byte*>(piece.base), range.size}));
    range.advance(range.size);
    return {};
  }
  vm::UserOut<std::byte> user(VirtAddr{piece.base});
  return memory.read_now(range, user);
}

Result<> copy_piece(vm::Vmo& memory, vm::ByteRange& range, IoSource& from) {
  const IoVector piece = from.front();
  if (from.in_kernel()) {
    TRY(memory.write(range.offset, {reinterpret_cast<const std::byte*>(piece.base), range.size}));
    range.advance(range.size);
    return {};
  }
  vm::UserIn<std::byte> user(VirtAddr{piece.base});
  return memory.write_now(range, user);
}

// Copies up to `bytes`; EAGAIN when a fault stopped it.
template <typename Buffer>
ErrnoOr<> copy(vm::Vmo& memory, uint64_t offset, size_t bytes, Buffer& buffer, size_t& done) {
  while (done < bytes) {
    vm::ByteRange range{.offset = offset + done,
                        .size = std::min<uint64_t>(buffer.front().bytes, bytes - done)};
    const Result<> copied = copy_piece(memory, range, buffer);
    const size_t moved = range.offset - (offset + done);
    if (moved != 0) buffer.skip(moved);
    done += moved;
    if (copied) continue;
    if (copied.error() == Status::ShouldWait) return fail(Errno::AGAIN);
    // The file has become shorter meanwhile.
    if (copied.error() == Status::OutOfRange) return {};
    return fail(to_errno(copied.error()));
  }
  return {};
}

}  // namespace

MemoryNode::~MemoryNode() {
  if (vm::Vmo* memory = memory_if_any(); memory != nullptr) memory->release();
}

void MemoryNode::set_contents(RefPtr<vm::Vmo> contents, uint64_t size) {
  contents_.store(contents.leak(), std::memory_order_release);
  set_size(size);
}

ErrnoOr<vm::Vmo*> MemoryNode::memory() {
  if (vm::Vmo* there = memory_if_any(); there != nullptr) return there;
  RefPtr<vm::Vmo> made = TRY(to_errno(vm::Vmo::create(page_ceil(size()), vm::Resizable::Yes)));
  contents_.store(made.get(), std::memory_order_release);
  return made.leak();
}

ErrnoOr<RefPtr<vm::Vmo>> MemoryNode::contents() {
  LockGuard guard(lock());
  return RefPtr<vm::Vmo>(TRY(memory()));
}

uint64_t MemoryNode::allocated_bytes() {
  vm::Vmo* const memory = memory_if_any();
  return memory == nullptr ? 0 : memory->info().committed_bytes;
}

// --- transfers ---

ErrnoOr<> MemoryNode::read_step(uint64_t offset, IoTarget& to, size_t& done) {
  done = 0;
  const uint64_t end = size();
  if (offset >= end) return {};
  const size_t bytes = std::min<uint64_t>({to.remaining(), end - offset, kStep});
  if (vm::Vmo* memory = memory_if_any(); memory != nullptr)
    return copy(*memory, offset, bytes, to, done);
  done = to.zero_now(bytes);
  return done == bytes ? ErrnoOr<>() : fail(Errno::AGAIN);
}

ErrnoOr<> MemoryNode::write_step(uint64_t& offset, bool append, IoSource& from, size_t& done) {
  done = 0;
  LockGuard guard(lock());
  if (append) offset = size();
  if (from.empty()) return {};
  if (offset >= kMaxFileSize) return fail(Errno::FBIG);
  const size_t bytes = std::min<uint64_t>({from.remaining(), kMaxFileSize - offset, kStep});
  const uint64_t end = offset + bytes;
  if ((seals() & (kSealWrite | kSealFutureWrite)) != 0) return fail(Errno::PERM);
  if (end > size() && (seals() & kSealGrow) != 0) return fail(Errno::PERM);
  vm::Vmo* const memory = TRY(this->memory());
  TRY(reserve(pages_between(offset, bytes)));
  const uint64_t before = size();
  if (offset > before) TRY(clear_tail(*memory, offset));
  if (end > page_ceil(before)) TRY(to_errno(memory->set_size(end)));
  const ErrnoOr<> copied = copy(*memory, offset, bytes, from, done);
  if (offset + done > before && done != 0) set_size(offset + done);
  // What was made room for and not used.
  if (end > page_ceil(size())) static_cast<void>(memory->set_size(size()));
  note_usage();
  return copied;
}

// --- size ---

// Before the file grows over its last page's end to `end`: programs may have written there.
ErrnoOr<> MemoryNode::clear_tail(vm::Vmo& memory, uint64_t end) {
  const uint64_t from = size();
  const uint64_t to = std::min(end, page_ceil(from));
  vm::ByteRange tail{.offset = from, .size = to - from};
  while (tail.size != 0) TRY(to_errno(memory.zero(tail)));
  return {};
}

ErrnoOr<> MemoryNode::change_size(uint64_t size) {
  if (size > kMaxFileSize) return fail(Errno::FBIG);
  const uint64_t before = this->size();
  if (size < before && (seals() & kSealShrink) != 0) return fail(Errno::PERM);
  if (size > before && (seals() & kSealGrow) != 0) return fail(Errno::PERM);
  if (vm::Vmo* memory = memory_if_any(); memory != nullptr) {
    if (size > before) TRY(clear_tail(*memory, size));
    TRY(to_errno(memory->set_size(size)));
  }
  set_size(size);
  note_usage();
  return {};
}

ErrnoOr<> MemoryNode::resize(uint64_t size) {
  {
    LockGuard guard(lock());
    TRY(change_size(size));
  }
  note_modification();
  return {};
}

// --- holes ---

ErrnoOr<> MemoryNode::allocate(Allocate how, uint64_t offset, uint64_t size) {
  uint64_t end = 0;
  if (size == 0 || __builtin_add_overflow(offset, size, &end)) return fail(Errno::INVAL);
  if (end > kMaxFileSize) return fail(Errno::FBIG);
  const bool grows = how == Allocate::Grow || how == Allocate::ZeroRange;
  const bool zeroes = how != Allocate::Grow && how != Allocate::KeepSize;
  if (zeroes && (seals() & (kSealWrite | kSealFutureWrite)) != 0) return fail(Errno::PERM);
  {
    LockGuard guard(lock());
    vm::Vmo* const memory = TRY(this->memory());
    if (!zeroes || how != Allocate::PunchHole) TRY(reserve(pages_between(offset, size)));
    if (grows && end > this->size()) TRY(change_size(end));
    const uint64_t known = page_ceil(this->size());
    vm::ByteRange range{.offset = std::min(offset, known)};
    range.size = std::min(end, known) - range.offset;
    while (range.size != 0) TRY(to_errno(zeroes ? memory->zero(range) : memory->commit(range)));
    note_usage();
  }
  note_modification();
  return {};
}

ErrnoOr<uint64_t> MemoryNode::find(bool hole, uint64_t offset) {
  const uint64_t end = size();
  if (offset >= end) return fail(Errno::NXIO);
  vm::Vmo* const memory = memory_if_any();
  if (memory == nullptr) return hole ? ErrnoOr<uint64_t>(offset) : fail(Errno::NXIO);
  const uint64_t found = memory->find_page(offset, !hole);
  if (!hole && found >= end) return fail(Errno::NXIO);
  return std::min(found, end);
}

// --- seals ---

ErrnoOr<> MemoryNode::set_attributes(const AttributeChange& change) {
  const bool changes_mode = (change.fields & AttributeChange::kMode) != 0;
  if (changes_mode && (seals() & kSealExecute) != 0 &&
      ((change.mode ^ mode()) & mode::kAllExecute) != 0)
    return fail(Errno::PERM);
  return Node::set_attributes(change);
}

ErrnoOr<> MemoryNode::add_seals(uint32_t seals) {
  constexpr uint32_t kKnown =
      kSealSeal | kSealShrink | kSealGrow | kSealWrite | kSealFutureWrite | kSealExecute;
  if ((seals & ~kKnown) != 0) return fail(Errno::INVAL);
  LockGuard guard(lock());
  const uint32_t before = this->seals();
  if ((before & kSealSeal) != 0) return fail(Errno::PERM);
  // A mapping may be used to write as long as it is there.
  vm::Vmo* const memory = memory_if_any();
  const bool fresh = (seals & ~before & kSealWrite) != 0;
  if (fresh && memory != nullptr && memory->info().num_mappings != 0) return fail(Errno::BUSY);
  if ((seals & kSealExecute) != 0 && (mode() & mode::kAllExecute) != 0)
    seals |= kSealShrink | kSealGrow | kSealWrite | kSealFutureWrite;
  seals_.store(before | seals, std::memory_order_release);
  return {};
}

}  // namespace jacinth::fs
