// Where the bytes of a read go and those of a write come from: a program's memory, in one or many
// pieces, or the kernel's own.
//
// Files copy straight between these and their pages. Under a lock they use the ..._now() forms,
// which stop at a page of the program that is not there; then they let go of the lock, make_ready()
// the page, and go on.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/errno.h"
#include "base/units.h"

namespace jacinth::fs {

// Layout of struct iovec.
struct IoVector {
  uint64_t base = 0;
  uint64_t bytes = 0;
};

// What both directions share: a position in a list of pieces. Small; copies are independent, and
// the list, which is kernel memory, must outlive them.
class IoBuffer {
 public:
  size_t remaining() const { return remaining_; }
  bool empty() const { return remaining_ == 0; }
  // Forgets what is beyond the next `bytes`.
  void limit(size_t bytes) { remaining_ = std::min(remaining_, bytes); }
  // Passes over bytes that are dealt with in some other way; `bytes` <= remaining().
  void skip(size_t bytes);
  // The contiguous bytes at the position; not empty unless empty().
  IoVector front() const;
  // Whether it is the kernel's memory: never faults.
  bool in_kernel() const { return kernel_; }

 protected:
  constexpr IoBuffer(uint64_t base, size_t bytes, bool kernel)
      : piece_{.base = base, .bytes = bytes}, remaining_(bytes), kernel_(kernel) {}
  // The first of `vectors` that has bytes; at most kMaxTransfer in all.
  explicit IoBuffer(std::span<const IoVector> vectors);
  // EFAULT: the program itself could not access the next byte; ENOMEM. No lock held.
  ErrnoOr<> make_ready(bool for_writing);
  // Whether the next `bytes` are all there is, or some of it, of one piece of a program's memory.
  bool is_plain(size_t bytes) const { return !kernel_ && next_ == nullptr && bytes <= remaining_; }
  // skip() for such.
  size_t pass(size_t bytes) {
    piece_.base += bytes;
    piece_.bytes -= bytes;
    remaining_ -= bytes;
    if (bytes != 0) fruitless_ = 0;
    return bytes;
  }

 private:
  IoVector piece_;  // what is left of the current piece
  const IoVector* next_ = nullptr;
  size_t remaining_;
  uint32_t fruitless_ = 0;  // faults resolved in a row without a byte copied
  bool kernel_;
};

// Takes the bytes of a read.
class IoTarget : public IoBuffer {
 public:
  static IoTarget user(VirtAddr base, size_t bytes) { return {raw(base), bytes, false}; }
  static IoTarget kernel(std::span<std::byte> memory) {
    return {reinterpret_cast<uint64_t>(memory.data()), memory.size(), true};
  }
  // Pieces of user memory.
  static IoTarget user(std::span<const IoVector> vectors) { return IoTarget(vectors); }

  // Copies as much of `from` as there is room for and as can be had without resolving a fault.
  // Returns how much. Locks that rank below PageTable may be held.
  size_t put_now(std::span<const std::byte> from);
  size_t zero_now(size_t bytes);
  // After a ..._now() that came short of what there is room for.
  ErrnoOr<> make_ready() { return IoBuffer::make_ready(true); }
  // Copies, resolving faults. EFAULT when not even one byte could be copied; else how many. No
  // lock.
  ErrnoOr<size_t> put(std::span<const std::byte> from);

 private:
  using IoBuffer::IoBuffer;
};

// Gives the bytes of a write.
class IoSource : public IoBuffer {
 public:
  static IoSource user(VirtAddr base, size_t bytes) { return {raw(base), bytes, false}; }
  static IoSource kernel(std::span<const std::byte> memory) {
    return {reinterpret_cast<uint64_t>(memory.data()), memory.size(), true};
  }
  static IoSource user(std::span<const IoVector> vectors) { return IoSource(vectors); }

  size_t take_now(std::span<std::byte> to);
  ErrnoOr<> make_ready() { return IoBuffer::make_ready(false); }
  ErrnoOr<size_t> take(std::span<std::byte> to);

 private:
  using IoBuffer::IoBuffer;
};

}  // namespace jacinth::fs
