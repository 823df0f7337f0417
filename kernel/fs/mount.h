// Mounts: where file systems are put together into the trees that programs see.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "base/intrusive.h"
#include "fs/dentry.h"
#include "fs/epoch.h"
#include "fs/file_system.h"
#include "fs/path.h"

namespace jacinth::fs {

class MountNamespace;

// Bits of Mount::flags(); the numbers of mount()'s MS_….
namespace mount_flags {
inline constexpr uint32_t kReadOnly = 1;
inline constexpr uint32_t kNoSetUser = 2;
inline constexpr uint32_t kNoDevices = 4;
inline constexpr uint32_t kNoExecute = 8;
inline constexpr uint32_t kNoAccessTime = 1024;
inline constexpr uint32_t kAll = kReadOnly | kNoSetUser | kNoDevices | kNoExecute | kNoAccessTime;
}  // namespace mount_flags

// A file system, or a part of one, at a place in a tree of mounts. Where a mount hangs (parent,
// point) changes under the one lock of all mounts (LockRank::FsMounts).
class Mount final : public EpochCounted {
 public:
  // Hangs nowhere yet. `root` is a dentry of `file_system`. ENOMEM; ENODEV: it has been taken down.
  static ErrnoOr<RefPtr<Mount>> create(RefPtr<FileSystem> file_system, RefPtr<Dentry> root,
                                       uint32_t flags, std::string_view source);

  FileSystem& file_system() const { return *file_system_; }
  Dentry& root() const { return *root_; }
  uint32_t flags() const { return flags_.load(std::memory_order_relaxed); }
  bool read_only() const { return (flags() & mount_flags::kReadOnly) != 0; }
  uint64_t id() const { return id_; }
  std::string_view source() const { return source_.data(); }

 private:
  friend class MountTable;
  friend class MountNamespace;

  Mount(RefPtr<FileSystem> file_system, RefPtr<Dentry> root, uint32_t flags);
  ~Mount() override;

  const RefPtr<FileSystem> file_system_;
  const RefPtr<Dentry> root_;
  const uint64_t id_;
  std::atomic<uint32_t> flags_;
  std::array<char, 64> source_{};
  // Under the lock of all mounts:
  RefPtr<Mount> parent_;  // null: hangs nowhere, or is its namespace's root
  RefPtr<Dentry> point_;
  MountNamespace* namespace_ = nullptr;
  ListHook sibling_link_;

 public:
  using List = IntrusiveList<Mount, &Mount::sibling_link_>;

 private:
  List children_;  // owned: one reference each
};

// A tree of mounts. Errors of all: ENOMEM.
class MountNamespace final : public RefCounted {
 public:
  static ErrnoOr<RefPtr<MountNamespace>> create(RefPtr<Mount> root);
  // A copy of the tree; `root` and `directory`, a program's places in it, become those in the copy.
  ErrnoOr<RefPtr<MountNamespace>> clone(Path& root, Path& directory);

  Path root();

  // Hangs `mount` over `at`. EINVAL: `at` is not in this namespace. ENOTDIR: a directory over a
  // file or the reverse. ENOENT: `at` has been removed.
  ErrnoOr<> attach(RefPtr<Mount> mount, const Path& at);
  // Mounts what is at `from` over `at` as well.
  ErrnoOr<> bind(const Path& from, const Path& at, bool recursive);
  // Takes the mount whose root `at` is, and hangs it over `to`. EINVAL: `at` is no mount's root, or
  // the namespace's; ELOOP: `to` is below it.
  ErrnoOr<> move(const Path& at, const Path& to);
  // EINVAL: no mount's root. EBUSY: it is in use (other mounts hang in it, or somebody has a place
  // in it besides `at`); not with `detach`, which takes everything below it along.
  ErrnoOr<> unmount(const Path& at, bool detach);
  // EINVAL as before.
  ErrnoOr<> set_flags(const Path& at, uint32_t flags);
  // The mount at `new_root` becomes the namespace's root, the old one goes to `put_old`, which must
  // be below it. EINVAL, EBUSY (new_root is on the current root), ENOTDIR.
  ErrnoOr<> pivot(const Path& new_root, const Path& put_old);

  // Calls visit(Mount&, Mount* parent, Dentry* point) for each mount from the root down, under the
  // lock of all mounts.
  template <typename F>
  void for_each(F&& visit);

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&... args);
  MountNamespace() = default;
  ~MountNamespace() override;

  RefPtr<Mount> root_;  // under the lock of all mounts
};

// What path walks ask. While reading an epoch, or with references to what they pass.
class MountTable {
 public:
  // The mount over `dentry` as seen in `mount`; null when there is none.
  static Mount* mounted_at(Mount& mount, Dentry& dentry);
  // Where `mount` hangs; null dentry at a namespace's root.
  struct Point {
    Mount* mount = nullptr;
    Dentry* dentry = nullptr;
  };
  static Point point_of(Mount& mount);
  // Changes of any mount's place that have ended.
  static uint64_t changes();

  static SpinLock lock;
};

}  // namespace jacinth::fs
