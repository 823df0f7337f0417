// Pipe: what is between the two ends of a pipe or FIFO, and tells them when to go on.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/vector.h"
#include "fs/io_buffer.h"
#include "fs/types.h"
#include "object/kernel_object.h"
#include "vm/frames.h"

namespace jacinth::fs {

// A ring of pages, filled and emptied straight from and to the programs' memory:
//
//      tail ──► [page 1: ···data····] [page 2: data······] … head ──► next free slot
//
// Signals, besides ready::…: kIn, data is there; kOut, a slot is free; kHangUp, the last writer has
// gone; kError, the last reader has gone.
class Pipe final : public KernelObject {
 public:
  static constexpr size_t kAtomic = kPageSize;  // PIPE_BUF: so much is written in one piece
  static constexpr size_t kDefaultSlots = 16;
  static constexpr size_t kMaxSlots = 256;  // without kSysResource: 1 MiB
  static constexpr Signals kHasReader = 1u << 8;
  static constexpr Signals kHasWriter = 1u << 9;

  static ErrnoOr<RefPtr<Pipe>> create();

  ObjectType type() const override { return ObjectType::None; }
  Rights default_rights() const override { return rights::kBasic; }

  // Ends come and go. With the last of both what was not read is dropped. ENOMEM.
  ErrnoOr<> open(bool reads, bool writes);
  void close(bool reads, bool writes);
  // How many ends have ever been opened: tells an opener that waits whether one came (and went).
  uint64_t reader_opens() const;
  uint64_t writer_opens() const;

  // What can be read now: up to one packet, else up to what the target takes. 0: nobody will write
  // any more. EAGAIN: nothing there; EFAULT; ENOMEM.
  ErrnoOr<size_t> read(IoTarget& to);
  // What can be written now, of at most kAtomic bytes all or nothing; `packet`: as packets of their
  // own. Advances `from`. EAGAIN: no room; EPIPE: no readers; EFAULT; ENOMEM.
  ErrnoOr<size_t> write(IoSource& from, bool packet);

  // Copies what is there, up to one packet, and leaves it; results as of read(). discard() then
  // takes it out. For splice and tee: who reads in between gets it too.
  ErrnoOr<size_t> peek(std::span<std::byte> to);
  void discard(size_t bytes);

  size_t bytes_queued();
  size_t capacity();
  // F_SETPIPE_SZ: rounded up to a power of two of pages; returns the new capacity. EBUSY: holds
  // more than that. ENOMEM. The caller checks limits.
  ErrnoOr<size_t> set_capacity(size_t bytes);

 private:
  struct Slot {
    vm::Frame* page = nullptr;
    uint32_t begin = 0;
    uint32_t end = 0;
    bool packet = false;
    size_t size() const { return end - begin; }
  };
  // A bound against being played with (a buffer that another thread unmaps again and again).
  static constexpr unsigned kMostTries = 1000;

  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&... args);
  Pipe() = default;
  ~Pipe() override;

  Slot& slot(uint64_t index) REQUIRES(lock_) { return slots_[index & (slots_.size() - 1)]; }
  bool full() const REQUIRES(lock_) { return head_ - tail_ == slots_.size(); }
  vm::Frame* take_page() REQUIRES(lock_);
  void drop_page(vm::Frame* page) REQUIRES(lock_);
  void drop_contents() REQUIRES(lock_);
  ErrnoOr<> read_locked(IoTarget& to, size_t& done) REQUIRES(lock_);
  void drop_first() REQUIRES(lock_);
  ErrnoOr<> write_locked(IoSource& from, bool packet, size_t& done) REQUIRES(lock_);
  bool merge(IoSource& from, size_t bytes, size_t& done) REQUIRES(lock_);
  void show() REQUIRES(lock_);

  mutable SpinLock lock_{LockRank::Object};
  Vector<Slot> slots_ GUARDED_BY(lock_);  // a power of two of them, while an end is open
  uint64_t tail_ GUARDED_BY(lock_) = 0;   // slots ever emptied
  uint64_t head_ GUARDED_BY(lock_) = 0;   // and filled
  size_t bytes_ GUARDED_BY(lock_) = 0;
  vm::Frame* spare_ GUARDED_BY(lock_) = nullptr;  // so that ping-pong allocates nothing
  uint32_t readers_ GUARDED_BY(lock_) = 0;
  uint32_t writers_ GUARDED_BY(lock_) = 0;
  uint64_t reader_opens_ GUARDED_BY(lock_) = 0;
  uint64_t writer_opens_ GUARDED_BY(lock_) = 0;
};

}  // namespace jacinth::fs
