// Mounts: where file systems are put together into the trees that programs see.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "base/intrusive.h"
#include "base/vector.h"
#include "fs/dentry.h"
#include "fs/epoch.h"
#include "fs/file_system.h"
#include "fs/path.h"

namespace jacinth::fs {

class MountNamespace;
class PeerGroup;

// Bits of Mount::flags(); the numbers of mount()'s MS_….
namespace mount_flags {
inline constexpr uint32_t kReadOnly = 1;
inline constexpr uint32_t kNoSetUser = 2;
inline constexpr uint32_t kNoDevices = 4;
inline constexpr uint32_t kNoExecute = 8;
inline constexpr uint32_t kNoAccessTime = 1024;
inline constexpr uint32_t kAll = kReadOnly | kNoSetUser | kNoDevices | kNoExecute | kNoAccessTime;
}  // namespace mount_flags

// Whom a mount tells of what is mounted and unmounted in it: its peers and their slaves; nobody. A
// slave is told by its master's peers and tells nobody, unless it has peers of its own. What is
// unbindable is private, and cannot be mounted elsewhere as well.
enum class Propagation : uint8_t { Private, Shared, Slave, Unbindable };

// A file system, or a part of one, at a place in a tree of mounts. Where a mount hangs (parent,
// point), and with whom it shares, changes under the one lock of all mounts (LockRank::FsMounts).
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
  // Under the lock of all mounts. The number of its group, and of the one it follows; 0: none.
  struct Sharing {
    uint64_t group = 0, master = 0;
    bool unbindable = false;
  };
  Sharing sharing() const;

 private:
  friend class MountTable;
  friend class MountNamespace;
  friend class PeerGroup;

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
  RefPtr<PeerGroup> group_;
  RefPtr<PeerGroup> master_;
  ListHook peer_link_;   // in group_
  ListHook slave_link_;  // in master_
  bool unbindable_ = false;

 public:
  using List = IntrusiveList<Mount, &Mount::sibling_link_>;

 private:
  List children_;  // owned: one reference each
};

// Mounts of one file system that tell each other of what is mounted in them. Lives as long as it
// has members. Under the lock of all mounts.
class PeerGroup final : public RefCounted {
 public:
  PeerGroup();
  uint64_t id() const { return id_; }

 private:
  friend class MountTable;
  void enter(uint64_t round) {
    round_ = round;
    next_ = model_ = nullptr;
    copied_ = nullptr;
  }

  const uint64_t id_;
  IntrusiveList<Mount, &Mount::peer_link_> members_;
  IntrusiveList<Mount, &Mount::slave_link_> slaves_;
  // While receivers are looked for: when it was met last, which group comes next, which one it
  // follows, and what its members get copies of.
  uint64_t round_ = 0;
  PeerGroup* next_ = nullptr;
  PeerGroup* model_ = nullptr;
  Mount* copied_ = nullptr;
};

// A tree of mounts. Every function may also end with ENOMEM. What is done in a mount is done, where
// that is possible, in all that it tells.
class MountNamespace final : public RefCounted {
 public:
  static ErrnoOr<RefPtr<MountNamespace>> create(RefPtr<Mount> root);
  // A copy of the tree; `root` and `directory`, a program's places in it, become those in the copy.
  ErrnoOr<RefPtr<MountNamespace>> clone(Path& root, Path& directory);

  Path root();

  // Hangs `mount` over `at`. EINVAL: `at` is not in this namespace. ENOTDIR: a directory over a
  // file or the reverse. ENOENT: `at` has been removed. EBUSY: `mount` hangs somewhere already.
  ErrnoOr<> attach(RefPtr<Mount> mount, const Path& at);
  // Mounts what is at `from` over `at` as well, with what hangs below it when recursive. EINVAL:
  // `from` is not to be bound.
  ErrnoOr<> bind(const Path& from, const Path& at, bool recursive);
  // Takes the mount whose root `at` is, and hangs it over `to`. EINVAL: `at` is no mount's root, or
  // the namespace's, or hangs in a shared mount; ELOOP: `to` is below it.
  ErrnoOr<> move(const Path& at, const Path& to);
  // EINVAL: no mount's root, or the namespace's. EBUSY: it is in use (other mounts hang in it, or
  // somebody has a place in it besides `at`); not with `detach`, which takes what is below along.
  ErrnoOr<> unmount(const Path& at, bool detach);
  // EINVAL as before.
  ErrnoOr<> set_flags(const Path& at, uint32_t flags);
  // Also of all that hangs below it, when recursive. EINVAL as before.
  ErrnoOr<> set_propagation(const Path& at, Propagation how, bool recursive);
  // The mount whose root `new_root` is becomes the namespace's root, and the old one goes to
  // `put_old`, at or below it. Whose root or directory was the old root has to be moved by the
  // caller. EINVAL (also where one of them would have to be told to others), ENOTDIR; EBUSY: either
  // is on the current root.
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
  // Hangs `mount` over `at`, and copies where others are to be told. Nothing has changed on errors.
  ErrnoOr<> hang_everywhere(const RefPtr<Mount>& mount, const Path& at, bool moved);
  ErrnoOr<> check_place(const Mount& mount, const Path& at) const;
  static void unmount_elsewhere(Mount& parent, const Dentry& point);
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
  static Mount* first_leaf(Mount& top) REQUIRES(lock);
  // As told_of(), for where `mount` hangs.
  static Mount* told_of_same(Mount& mount) REQUIRES(lock);
  // The mount after `at` in an order that has parents before children; null: that was the last.
  static Mount* next(Mount& top, Mount& at) REQUIRES(lock);
  // What a copy is to its original: as much as that is to others; a slave; a slave with peers.
  enum class Kinship : uint8_t { Equal, Slave, SharedSlave };
  enum class Unbindable : uint8_t { Left, Copied };
  // Copies what hangs in `from` at or below `below` into `to`, a new mount of the same file system.
  static ErrnoOr<> copy_children(Mount& from, const Dentry& below, Mount& to, Kinship how,
                                 Unbindable unbindable) REQUIRES(lock);
  static void give_to(MountNamespace* owner, Mount& top) REQUIRES(lock);
  static bool is_below(const Mount& mount, const Mount& ancestor) REQUIRES(lock);
  static RefPtr<Mount> copy_of(Mount& original, Dentry& root);

  // --- propagation (mount_propagation.cc), under the lock ---
  static ErrnoOr<> set_propagation(Mount& mount, Propagation how) REQUIRES(lock);
  static void make_private(Mount& mount) REQUIRES(lock);
  static ErrnoOr<> relate(Mount& copy, const Mount& original, Kinship how) REQUIRES(lock);
  // What hanging `top` over `at` means for others.
  struct Planned {
    Path at;
    RefPtr<PeerGroup> group;  // of the mount there, or the one that it follows
    bool slave = false;
    RefPtr<Mount> tree;  // what is to hang there
  };
  // Whether `mount`, which hangs somewhere, may hang at `to` instead. EINVAL, ELOOP.
  static ErrnoOr<> check_move(Mount& mount, const Path& to) REQUIRES(lock);
  static ErrnoOr<> plan(Mount& top, const Path& at, Vector<Planned>& planned) REQUIRES(lock);
  static void carry_out(Vector<Planned>& planned) REQUIRES(lock);
  // What is to be unmounted with what hangs in `parent` over `point`; null: nothing (any more).
  enum class Which : uint8_t { Any, InUse };
  static Mount* told_of(Mount& parent, const Dentry& point, Which which) REQUIRES(lock);

 private:
  static void join(Mount& mount, const RefPtr<PeerGroup>& group) REQUIRES(lock);
  static void follow(Mount& mount, const RefPtr<PeerGroup>& master) REQUIRES(lock);
  static void leave_group(Mount& mount) REQUIRES(lock);
  static void leave_master(Mount& mount) REQUIRES(lock);
  static ErrnoOr<> make_shared(Mount& mount) REQUIRES(lock);
  static void make_slave(Mount& mount) REQUIRES(lock);
  static bool shows(const Mount& mount, const Dentry& point);
  // Calls visit(mount, group, slave) for all that are told of what happens in `from`.
  template <typename F>
  static void for_each_receiver(Mount& from, F&& visit) REQUIRES(lock);

  static uint64_t rounds GUARDED_BY(lock);
};

// Takes `top` and everything that hangs in it apart. Hangs nowhere itself. No lock held.
enum class Tell : uint8_t { Nobody, Peers };
void dissolve(RefPtr<Mount> top, Tell whom = Tell::Nobody);

template <typename F>
void MountNamespace::for_each(F&& visit) {
  LockGuard guard(MountTable::lock);
  for (Mount* at = root_.get(); at != nullptr; at = MountTable::next(*root_, *at)) {
    const MountTable::Point point{at->parent_.get(), at->point_.get()};
    visit(*at, point.mount, point.dentry);
  }
}

}  // namespace jacinth::fs
