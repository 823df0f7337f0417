#include "object/vm/stream_transfer.h"

#include <algorithm>

namespace jacinth {

Status StreamTransfer::run() {
  budget_ = static_cast<int64_t>(vm::Vmo::kCopyChunk);
  while (budget_ > 0) {
    const Status status = step();
    if (status != Status::ShouldWait) return status;
  }
  return Status::ShouldWait;
}

Status StreamTransfer::step() {
  switch (phase_) {
    case Phase::Measure:
      return measure();
    case Phase::Place:
      return place();
    case Phase::Copy:
      return copy();
  }
  return Status::Internal;
}

// The vectors are read here and again when copying; a program that changes them in between gets
// its bytes elsewhere, but never more than were measured.
Status StreamTransfer::measure() {
  while (next_vector_ < vectors_.count) {
    const auto vector = vectors_.list.read(next_vector_);
    if (!vector) return vector.error();
    if (__builtin_add_overflow(total_, vector->bytes, &total_)) return Status::InvalidArgs;
    ++next_vector_;
    budget_ -= kVectorCost;
    if (budget_ <= 0) return Status::ShouldWait;
  }
  next_vector_ = 0;
  if (total_ == 0) return Status::Ok;
  phase_ = Phase::Place;
  return Status::ShouldWait;
}

Status StreamTransfer::place() {
  LockGuard guard(stream_.vmo_->content_lock());
  const uint64_t content = vmo().content_size();
  if (where_ == Where::Position) range_.offset = stream_.seek_;
  if (where_ == Where::End) range_.offset = content;
  if (direction_ == Direction::Write) {
    const auto placed = place_write(content);
    if (!placed) return placed.error();
    if (!*placed) return Status::ShouldWait;
  } else {
    const uint64_t end = std::min(content, vmo().size());
    range_.size = range_.offset < end ? std::min(total_, end - range_.offset) : 0;
  }
  begin_ = range_.offset;
  if (where_ != Where::Offset) stream_.seek_ = range_.offset + range_.size;
  if (range_.size == 0) return Status::Ok;
  phase_ = Phase::Copy;
  return Status::ShouldWait;
}

// Makes room for the bytes. False: a part of the gap has been zeroed, more is to do.
Result<bool> StreamTransfer::place_write(uint64_t content) {
  const uint64_t offset = range_.offset;
  if (offset >= vm::Vmo::kMaxSize) return fail(Status::FileBig);
  uint64_t wanted = std::min(total_, vm::Vmo::kMaxSize - offset);
  if (vmo().resizable() && offset + wanted > vmo().size()) {
    // Without memory for it the transfer is as short as in a VMO that cannot grow.
    if (vmo().set_size(offset + wanted)) vmo().set_content_size(content);
  }
  const uint64_t size = vmo().size();
  if (offset >= size) return fail(Status::NoSpace);
  if (content < offset) {
    vm::ByteRange gap{.offset = content, .size = offset - content};
    TRY(vmo().zero(gap));
    vmo().set_content_size(gap.offset);
    budget_ -= static_cast<int64_t>(kPageSize);
    if (gap.size != 0) return false;
  }
  range_.size = std::min(wanted, size - offset);
  old_content_ = std::max(content, offset);
  vmo().set_content_size(std::max(old_content_, offset + range_.size));
  return true;
}

Status StreamTransfer::copy() {
  if (current_.bytes == 0) {
    if (next_vector_ == vectors_.count) return Status::Ok;
    const auto vector = vectors_.list.read(next_vector_++);
    if (!vector) return vector.error();
    current_ = *vector;
    budget_ -= kVectorCost;
    return Status::ShouldWait;
  }
  vm::ByteRange part{.offset = range_.offset, .size = std::min(current_.bytes, range_.size)};
  const uint64_t before = part.offset;
  const Result<> copied = copy_some(part);
  const uint64_t bytes = part.offset - before;
  range_.advance(bytes);
  current_.base += bytes;
  current_.bytes -= bytes;
  budget_ -= static_cast<int64_t>(bytes);
  if (!copied) return copied.error();
  return range_.size == 0 ? Status::Ok : Status::ShouldWait;
}

Result<> StreamTransfer::copy_some(vm::ByteRange& part) {
  if (direction_ == Direction::Read) {
    vm::UserOut<std::byte> to(VirtAddr{current_.base});
    return vmo().read(part, to);
  }
  vm::UserIn<std::byte> from(VirtAddr{current_.base});
  return vmo().write(part, from);
}

Result<uint64_t> StreamTransfer::finish(Status status) {
  if (phase_ != Phase::Copy) {
    if (status == Status::Ok) return 0;
    return fail(status == Status::ShouldWait ? Status::InternalIntrRetry : status);
  }
  if (range_.size != 0) {
    LockGuard guard(stream_.vmo_->content_lock());
    const uint64_t end = range_.offset + range_.size;
    if (where_ != Where::Offset && stream_.seek_ == end) stream_.seek_ = range_.offset;
    if (direction_ == Direction::Write && vmo().content_size() == end)
      vmo().set_content_size(std::max(old_content_, range_.offset));
  }
  if (status == Status::Ok || done() != 0) return done();
  if (status == Status::ShouldWait) return fail(Status::InternalIntrRetry);
  // The VMO shrank meanwhile.
  if (status == Status::OutOfRange && direction_ == Direction::Read) return 0;
  return fail(status == Status::OutOfRange ? Status::NoSpace : status);
}

}  // namespace jacinth
