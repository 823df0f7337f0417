// FileTable: a program's file descriptors. Tasks made with CLONE_FILES share one.
#pragma once

#include <cstdint>

#include "base/errno.h"
#include "base/ref_ptr.h"
#include "base/spinlock.h"
#include "base/vector.h"
#include "fs/file.h"

namespace jacinth::linux {

// A descriptor counts as a handle of its file (fs/file.h). Every call: any thread that shares the
// table. Files are let go of without the lock held.
class FileTable final : public RefCounted {
 public:
  static ErrnoOr<RefPtr<FileTable>> create();
  // The same descriptors for somebody else.
  ErrnoOr<RefPtr<FileTable>> copy();

  // BADF: no such descriptor; get() also for one opened with O_PATH.
  ErrnoOr<RefPtr<fs::File>> get(int32_t fd);
  ErrnoOr<RefPtr<fs::File>> get_any(int32_t fd);

  // The lowest free descriptor from `from` on. MFILE: none below `limit`. NOMEM.
  ErrnoOr<int32_t> add(RefPtr<fs::File> file, bool close_on_exec, uint64_t limit, int32_t from = 0);
  // MFILE: add() would find no free descriptor now.
  ErrnoOr<> check_room(uint64_t limit);
  // Two at once, or none.
  struct Pair {
    int32_t first, second;
  };
  ErrnoOr<Pair> add_pair(RefPtr<fs::File> first, RefPtr<fs::File> second, bool close_on_exec,
                         uint64_t limit);
  // At `fd`, closing what is there. BADF: not below `limit`.
  ErrnoOr<> put(int32_t fd, RefPtr<fs::File> file, bool close_on_exec, uint64_t limit);
  ErrnoOr<> close(int32_t fd);
  // Those in [first, last]; `mark_only`: sets their close-on-exec flags.
  void close_range(uint32_t first, uint32_t last, bool mark_only);
  void close_on_exec();

  ErrnoOr<bool> close_on_exec(int32_t fd);
  ErrnoOr<> set_close_on_exec(int32_t fd, bool value);
  // The lowest descriptor in use from `from` on; -1: none.
  int32_t next_used(int32_t from);

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);
  FileTable() = default;
  ~FileTable() override;

  struct Slot {
    RefPtr<fs::File> file;
    bool close_on_exec = false;
  };

  void let_go(RefPtr<fs::File> file);
  ErrnoOr<Slot*> slot(int32_t fd) REQUIRES(lock_);
  ErrnoOr<int32_t> find_free(int32_t from, uint64_t limit) REQUIRES(lock_);
  ErrnoOr<> grow_to(size_t count) REQUIRES(lock_);
  RefPtr<fs::File> take_marked(size_t& from);

  SpinLock lock_{LockRank::LinuxPart};
  Vector<Slot> slots_ GUARDED_BY(lock_);
  size_t lowest_free_ GUARDED_BY(lock_) = 0;  // none is free below
};

}  // namespace jacinth::linux
