// FsContext: where a task is in the tree of files. Tasks made with CLONE_FS share one.
#pragma once

#include <atomic>

#include "base/ref_ptr.h"
#include "base/spinlock.h"
#include "fs/mount.h"
#include "fs/path.h"

namespace jacinth::linux {

class FsContext final : public RefCounted {
 public:
  static Result<RefPtr<FsContext>> create(RefPtr<fs::MountNamespace> mounts, fs::Path root,
                                          fs::Path directory, uint32_t umask);
  Result<RefPtr<FsContext>> copy() {
    return create(mounts_, root(), directory(), umask.load(std::memory_order_relaxed));
  }

  fs::Path root();
  fs::Path directory();
  void set_root(fs::Path path);
  void set_directory(fs::Path path);
  fs::MountNamespace& mounts() const { return *mounts_; }

  std::atomic<uint32_t> umask;

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);
  FsContext(RefPtr<fs::MountNamespace> mounts, fs::Path root, fs::Path directory, uint32_t mask)
      : umask(mask),
        mounts_(std::move(mounts)),
        root_(std::move(root)),
        directory_(std::move(directory)) {}

  const RefPtr<fs::MountNamespace> mounts_;
  SpinLock lock_{LockRank::LinuxPart};
  fs::Path root_ GUARDED_BY(lock_);
  fs::Path directory_ GUARDED_BY(lock_);
};

}  // namespace jacinth::linux
