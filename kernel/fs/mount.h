// Mounts: where file systems are put together into the trees that programs see.
#pragma once

#include <array>
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
  friend void dissolve(RefPtr<Mount> top);

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

// A tree of mounts. Every function may also end with ENOMEM.
class MountNamespace final : public RefCounted {
 public:
  static ErrnoOr<RefPtr<MountNamespace>> create(RefPtr<Mount> root);
  // A copy of the tree; `root` and `directory`, a program's places in it, become those in the copy.
  ErrnoOr<RefPtr<MountNamespace>> clone(Path& root, Path& directory);

  Path root();

  // Hangs `mount` over `at`. EINVAL: `at` is not in this namespace. ENOTDIR: a directory over a
  // file or the reverse. ENOENT: `at` has been removed. EBUSY: `mount` hangs somewhere already.
  ErrnoOr<> attach(RefPtr<Mount> mount, const Path& at);
  // Mounts what is at `from` over `at` as well, with what hangs below it when recursive.
  ErrnoOr<> bind(const Path& from, const Path& at, bool recursive);
  // Takes the mount whose root `at` is, and hangs it over `to`. EINVAL: `at` is no mount's root, or
  // the namespace's; ELOOP: `to` is below it.
  ErrnoOr<> move(const Path& at, const Path& to);
  // EINVAL: no mount's root, or the namespace's. EBUSY: it is in use (other mounts hang in it, or
  // somebody has a place in it besides `at`); not with `detach`, which takes what is below along.
  ErrnoOr<> unmount(const Path& at, bool detach);
  // EINVAL as before.
  ErrnoOr<> set_flags(const Path& at, uint32_t flags);
  // The mount whose root `new_root` is becomes the namespace's root, and the old one goes to
  // `put_old`, at or below it. Whose root or directory was the old root has to be moved by the
  // caller. EINVAL, ENOTDIR; EBUSY: either is on the current root.
  ErrnoOr<> pivot(const Path& new_root, const Path& put_old);

  // Calls visit(Mount&, Mount* parent, Dentry* point) for each mount from the root down, parents
  // first, under the lock of all mounts.
  template <typename F>
  void for_each(F&& visit);

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&... args);
  explicit MountNamespace(RefPtr<Mount> root) : root_(std::move(root)) {}
  ~MountNamespace() override;

  RefPtr<Mount> root_;  // under the lock of all mounts, as are the functions below
  bool is_root_of_mount(const Path& at) const;
  ErrnoOr<> check_place(const Mount& mount, const Path& at) const;
};

// The mounts of all namespaces as one structure.
class MountTable {
 public:
  // Guards where mounts hang.
  static SpinLock lock;

  // --- what walks ask, while reading an epoch ---
  // The mount over `dentry` as seen in `mount`; null when there is none.
  static Mount* mounted_at(Mount& mount, const Dentry& dentry);
  // Where `mount` hangs; null dentry at a namespace's root.
  struct Point {
    Mount* mount = nullptr;
    Dentry* dentry = nullptr;
  };
  static Point point_of(Mount& mount);
  // How many changes of mounts' places there have been.
  static uint64_t changes();

  // --- changes, under the lock ---
  static void hang(RefPtr<Mount> mount, const Path& at, MountNamespace* in) REQUIRES(lock);
  // What is returned is let go of after the lock.
  struct Unhung {
    RefPtr<Mount> mount;
    RefPtr<Mount> parent;
    RefPtr<Dentry> point;
  };
  static Unhung unhang(Mount& mount) REQUIRES(lock);
  // The mount after `at` in an order that has parents before children; null: that was the last.
  static Mount* next(Mount& top, Mount& at) REQUIRES(lock);
  // Copies what hangs in `from` at or below `below` into `to`, a new mount of the same file system.
  static ErrnoOr<> copy_children(Mount& from, const Dentry& below, Mount& to) REQUIRES(lock);
  static void give_to(MountNamespace* owner, Mount& top) REQUIRES(lock);
  static bool is_below(const Mount& mount, const Mount& ancestor) REQUIRES(lock);
  static RefPtr<Mount> copy_of(Mount& original, Dentry& root);
};

// Takes `top` and everything that hangs in it apart. Hangs nowhere itself. No lock held.
void dissolve(RefPtr<Mount> top);

template <typename F>
void MountNamespace::for_each(F&& visit) {
  LockGuard guard(MountTable::lock);
  for (Mount* at = root_.get(); at != nullptr; at = MountTable::next(*root_, *at)) {
    const MountTable::Point point{at->parent_.get(), at->point_.get()};
    visit(*at, point.mount, point.dentry);
  }
}

}  // namespace jacinth::fs
