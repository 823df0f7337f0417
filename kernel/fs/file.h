// File: an open file description: what a descriptor of a program stands for.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/errno.h"
#include "exec/task.h"
#include "exec/waiter.h"
#include "fs/io_buffer.h"
#include "fs/path.h"
#include "fs/types.h"
#include "object/kernel_object.h"
#include "vm/vmo.h"

namespace jacinth::fs {

// What a transfer may be told beyond its bytes.
struct IoFlags {
  bool no_wait = false;  // EAGAIN rather than waiting, whatever the file's flags say
  bool append = false;   // RWF_APPEND
  // EFBIG for what would make a regular file longer than this (RLIMIT_FSIZE).
  uint64_t most_size = ~uint64_t{0};
};

// Lifetime: a descriptor holds a reference and counts as a handle (add_handle, remove_handle). When
// the last descriptor goes, what was registered through the file ends (epoll); the file itself ends
// with its last reference, so a call under way keeps it as in Linux.
//
// Readiness: poll_object() is the kernel object whose signals are ready::… bits; it may be shared
// by many files (both ends of a pipe), each of which looks at poll_mask(). Waiting for it is an
// ordinary SignalObserver over an exec::Waiter (object/wait.h): poll, select and blocking reads are
// written on that; epoll is an observer of edges that stays. Hence what a file has to do is no more
// than this: update_signals() whenever something becomes or ceases to be ready, and
// repeat_signals() when more of it has come (data where there was data). A wake-up is only a hint
// to look at readiness() again; it may come for nothing, but must never be missing.
//
// read() and write() try first, and wait only when they must: an interrupted wait without a byte
// transferred ends as RESTARTSYS. What waits holds a reference to the file itself.
class File : public KernelObject {
 public:
  using Transferred = exec::Eventually<ErrnoOr<size_t>>;

  ObjectType type() const final { return ObjectType::None; }
  Rights default_rights() const final { return rights::kBasic; }

  // Both may be empty: not all files have names; not all have nodes of a mounted file system.
  const Path& path() const { return path_; }
  Node& node() const { return *node_; }
  // As given to open(), without those that count only there.
  uint32_t flags() const { return flags_.load(std::memory_order_relaxed); }
  bool can_read() const { return can_read_; }
  bool can_write() const { return can_write_; }
  bool non_blocking() const { return (flags() & open_flags::kNonBlock) != 0; }
  bool is_path_only() const { return (flags() & open_flags::kPath) != 0; }
  // F_SETFL: changes the open_flags::kSettable ones to those in `flags`. EPERM, EINVAL.
  virtual ErrnoOr<> set_flags(uint32_t flags);
  // What /proc/self/fd shows for files without a path: "pipe:[1234]".
  virtual std::string_view describe(std::span<char> buffer);
  // Whose file it is, for the calls that only some kinds of files know: the address of something
  // of theirs. Null: nobody asks.
  virtual const void* kind() const { return nullptr; }

  // --- bytes; the caller has checked can_read() and can_write() (EBADF) ---
  // At the position, which moves. EISDIR, EINVAL (cannot be read so).
  virtual Transferred read(IoTarget to, IoFlags how);
  virtual Transferred write(IoSource from, IoFlags how);
  // At `offset`; the position stays. ESPIPE: has no positions.
  virtual Transferred read_at(uint64_t offset, IoTarget to, IoFlags how);
  virtual Transferred write_at(uint64_t offset, IoSource from, IoFlags how);

  enum class Whence : uint8_t { Start = 0, Current = 1, End = 2, Data = 3, Hole = 4 };
  // ESPIPE, EINVAL (before the start; whence), ENXIO (no data there), EOVERFLOW.
  virtual ErrnoOr<uint64_t> seek(Whence whence, int64_t offset);
  virtual ErrnoOr<> truncate(uint64_t size);  // EINVAL: no regular file, not open for writing
  virtual ErrnoOr<> sync() { return {}; }     // EINVAL: nothing to synchronise

  // --- readiness ---
  virtual KernelObject& poll_object() { return *this; }
  // The bits of poll_object()'s signals that concern this file.
  virtual Signals poll_mask() { return ~Signals{0}; }
  // False: always ready; epoll refuses it with EPERM (regular files, directories).
  virtual bool can_poll() { return true; }
  // What is ready now, as the current thread sees it. No lock held.
  virtual Signals readiness() {
    return can_poll() ? poll_object().signals() & poll_mask() : ready::kIn | ready::kOut;
  }

  // --- directories ---
  // Passes entries to `sink` from the position on, "." and ".." first; the position follows.
  // ENOTDIR; ENOENT: the directory has been removed.
  virtual ErrnoOr<> read_directory(DirectorySink& sink);

  // --- more ---
  // A command the file itself knows, with an argument in the program's memory or a number. ENOTTY.
  virtual exec::Eventually<ErrnoOr<int64_t>> ioctl(uint32_t command, uint64_t argument);
  // What to map for MAP_SHARED (MAP_PRIVATE maps a snapshot of it): checks what the file itself
  // demands (seals, access). ENODEV, EACCES, EPERM.
  struct MapRequest {
    bool shared = false;
    bool writable = false;  // now or by a later mprotect()
    bool executable = false;
  };
  virtual ErrnoOr<RefPtr<vm::Vmo>> map(MapRequest request);
  // Files whose contents are elsewhere: what was written to this range through mappings goes there.
  virtual ErrnoOr<> write_back(uint64_t offset, uint64_t size) { return {}; }
  // A descriptor of `owner` (a process's descriptor table) is being closed.
  virtual void on_close(const void* owner);

  // F_SETOWN's and F_GETOWN's: a process (above 0) or process group (below).
  std::atomic<int32_t> signal_owner{0};
  std::atomic<int32_t> signal_number{0};
  // Somebody observes its edges for that; they end with the last descriptor.
  std::atomic<bool> signals_watched{false};

 protected:
  // `flags` as given to open().
  File(Path path, RefPtr<Node> node, uint32_t flags, Signals initial = 0);
  ~File() override;
  void on_zero_handles() override;

 private:
  const Path path_;
  const RefPtr<Node> node_;
  std::atomic<uint32_t> flags_;
  const bool can_read_;
  const bool can_write_;
};

// Waits until one of `wanted` is among the object's signals. Ok; TIMED_OUT; INTERNAL_INTR_RETRY.
exec::Task<Status> wait_for(RefPtr<KernelObject> object, Signals wanted, Instant deadline);

}  // namespace jacinth::fs
