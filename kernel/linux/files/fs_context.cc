#include "linux/files/fs_context.h"

#include <utility>

namespace jacinth::linux {

Result<RefPtr<FsContext>> FsContext::create(RefPtr<fs::MountNamespace> mounts, fs::Path root,
                                            fs::Path directory, uint32_t umask) {
  return make_ref<FsContext>(std::move(mounts), std::move(root), std::move(directory), umask);
}

fs::Path FsContext::root() {
  LockGuard guard(lock_);
  return root_;
}

fs::Path FsContext::directory() {
  LockGuard guard(lock_);
  return directory_;
}

// The old place goes after the lock.
void FsContext::set_root(fs::Path path) {
  LockGuard guard(lock_);
  std::swap(root_, path);
  show();
}

void FsContext::set_directory(fs::Path path) {
  LockGuard guard(lock_);
  std::swap(directory_, path);
  show();
}

void FsContext::Shown::set(const fs::Path& path) {
  mount.store(path.mount.get(), std::memory_order_relaxed);
  dentry.store(path.dentry.get(), std::memory_order_relaxed);
}

void FsContext::show() {
  const uint32_t before = changes_.load(std::memory_order_relaxed);
  changes_.store(before + 1, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_release);
  shown_root_.set(root_);
  shown_directory_.set(directory_);
  changes_.store(before + 2, std::memory_order_release);
}

// What has been replaced meanwhile is kept by the epoch.
void FsContext::borrow(const fs::Epoch::Reading&, fs::BorrowedPath& root,
                       fs::BorrowedPath& directory) const {
  for (unsigned rounds = 0;; spin_relax(rounds++)) {
    const uint32_t before = changes_.load(std::memory_order_acquire);
    root.point_to(shown_root_.mount.load(std::memory_order_relaxed),
                  shown_root_.dentry.load(std::memory_order_relaxed));
    directory.point_to(shown_directory_.mount.load(std::memory_order_relaxed),
                       shown_directory_.dentry.load(std::memory_order_relaxed));
    interleave_point();
    std::atomic_thread_fence(std::memory_order_acquire);
    if (before % 2 == 0 && changes_.load(std::memory_order_relaxed) == before) return;
  }
}

}  // namespace jacinth::linux
