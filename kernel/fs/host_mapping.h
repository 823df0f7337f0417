// HostMapping: what mappings of a file of the host show.
#pragma once

#include <array>
#include <atomic>
#include <span>

#include "base/errno.h"
#include "base/heap.h"
#include "base/spinlock.h"
#include "fs/types.h"
#include "hal/host_folders.h"
#include "vm/vmo.h"

namespace jacinth::fs {

// All mappings of a file show one Vmo, which is a copy of it: the host's pages cannot be ours. It
// is compared with the host's file again whenever something more is mapped. What programs write
// through mappings is found by comparing with `before_`, a snapshot that says what the host has,
// and goes there with write_back(): when such a mapping ends, at msync() and fsync(), before
// somebody reads the file, and when the machine ends.
//
// Bytes that the host's programs write meanwhile stay as they are, for only those that differ from
// `before_` are written. Locked for itself; all calls block this CPU while the host works.
class HostMapping {
 public:
  HostMapping() = default;
  HostMapping(const HostMapping&) = delete;
  HostMapping& operator=(const HostMapping&) = delete;
  ~HostMapping();

  // What to map of `file`, which is open for reading as `opened`. `for_writing`: programs may write
  // to it from now on. NOMEM; what the host says.
  ErrnoOr<RefPtr<vm::Vmo>> show(hal::HostFile file, hal::HostFile opened, bool for_writing);
  // Writes what has been changed in the range, in whole pages, as far as the file reaches.
  ErrnoOr<> write_back(uint64_t offset, uint64_t size);
  ErrnoOr<> write_back_all() { return write_back(0, kMaxFileSize); }

  // The file, which was `old_size` long, has just been given these bytes, or another size.
  void note_written(uint64_t old_size, uint64_t offset, std::span<const std::byte> bytes);
  void note_resized(uint64_t old_size, uint64_t size);
  // Whether either of them is to be told; a file that has never been mapped costs no more.
  bool shown() const { return shown_.load(std::memory_order_acquire); }

  // Of all files, before the machine ends.
  static void write_back_every_file();

 private:
  static constexpr size_t kPiece = 4096;
  struct Pieces : HeapAllocated {
    std::array<std::byte, kPiece> now, before;
  };

  void enlist();
  void leave_list();
  ErrnoOr<> begin_writing(hal::HostFile file) REQUIRES(lock_);
  ErrnoOr<> bring_up_to_date(hal::HostFile opened) REQUIRES(lock_);
  ErrnoOr<> write_back_locked(uint64_t offset, uint64_t size) REQUIRES(lock_);
  ErrnoOr<> write_back_piece(uint64_t at, size_t bytes) REQUIRES(lock_);
  ErrnoOr<> resize(uint64_t size) REQUIRES(lock_);
  ErrnoOr<> clear_behind(uint64_t size) REQUIRES(lock_);
  ErrnoOr<> put(uint64_t at, std::span<const std::byte> bytes) REQUIRES(lock_);

  SpinLock lock_{LockRank::FsNode};
  std::atomic<bool> shown_{false};
  RefPtr<vm::Vmo> now_ GUARDED_BY(lock_);
  RefPtr<vm::Vmo> before_ GUARDED_BY(lock_);  // null: nobody may write to `now_`
  // Made with `now_`, so that writing back needs no memory.
  UniquePtr<Pieces> pieces_ GUARDED_BY(lock_);
  hal::HostFile writer_ GUARDED_BY(lock_) = -1;
  // The host's file when `now_` was last compared with all of it.
  hal::HostAttributes as_of_ GUARDED_BY(lock_){};
  // In the list of those that programs may write to, under its lock.
  bool listed_ = false;
  HostMapping* next_ = nullptr;
  HostMapping* previous_ = nullptr;
};

}  // namespace jacinth::fs
