// FsContext: where a task is in the tree of files. Tasks made with CLONE_FS share one.
#pragma once

#include <atomic>

#include "base/ref_ptr.h"
#include "base/spinlock.h"
#include "fs/epoch.h"
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
  // Both, for the walks of a call that reads an epoch: without a lock or a reference.
  void borrow(const fs::Epoch::Reading& keeps, fs::BorrowedPath& root,
              fs::BorrowedPath& directory) const;
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
        directory_(std::move(directory)) {
    show();
  }

  // What borrow() finds: the same once more, believed when `changes` was even and has not changed.
  struct Shown {
    std::atomic<fs::Mount*> mount{nullptr};
    std::atomic<fs::Dentry*> dentry{nullptr};

    void set(const fs::Path& path);
  };
  // After a change of what is below, before the old paths' references go.
  void show() REQUIRES(lock_);

  const RefPtr<fs::MountNamespace> mounts_;
  SpinLock lock_{LockRank::LinuxPart};
  fs::Path root_ GUARDED_BY(lock_);
  fs::Path directory_ GUARDED_BY(lock_);
  std::atomic<uint32_t> changes_{0};
  Shown shown_root_;
  Shown shown_directory_;
};

}  // namespace jacinth::linux
