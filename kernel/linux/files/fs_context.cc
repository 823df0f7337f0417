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
}

void FsContext::set_directory(fs::Path path) {
  LockGuard guard(lock_);
  std::swap(directory_, path);
}

}  // namespace jacinth::linux
