// Dentry: one name in one directory, and the table in which all of them are found.
//
// A path is walked without taking a lock: the table's chains are read inside an Epoch::Reading, and
// each dentry's place (its directory and name) is one immutable block behind one atomic pointer, so
// a reader sees a renamed file under its old name or its new one and never under half of each.
//
// Every dentry has a node: there are no negative entries. In file systems whose names are all in
// the cache (all that live in memory) a name that is not in the table does not exist. A reader that
// finds nothing makes sure that no rename was under way meanwhile, because a rename carries entries
// from one chain to another and a reader standing on one with it.
//
// A dentry keeps its directory's dentry alive. In turn the directory owns the dentries of its
// children where names are all cached; elsewhere a dentry lives as long as it is used.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "base/errno.h"
#include "base/intrusive.h"
#include "base/ref_ptr.h"
#include "fs/epoch.h"
#include "fs/node.h"

namespace jacinth::fs {

// Where a dentry is. Immutable; keeps the directory alive.
class DentryPlace final : public Retired {
 public:
  // Null when memory is short.
  static DentryPlace* create(Dentry* directory, std::string_view name);
  ~DentryPlace() override;
  Dentry* directory() const { return directory_; }
  std::string_view name() const { return {reinterpret_cast<const char*>(this + 1), length_}; }
  uint32_t hash() const { return hash_; }

 private:
  DentryPlace(Dentry* directory, uint32_t hash, uint16_t length)
      : directory_(directory), hash_(hash), length_(length) {}
  Dentry* const directory_;
  const uint32_t hash_;
  const uint16_t length_;
};

// Changes of place are made under the file system's tree lock (see tree.h).
class Dentry final : public EpochCounted {
 public:
  // Not in the table yet. A file system's root has no directory. ENOMEM.
  static ErrnoOr<RefPtr<Dentry>> create(Dentry* directory, std::string_view name,
                                        RefPtr<Node> node);

  Node& node() const { return *node_; }
  // Both may change at any time: they are those of one moment. The result lives while reading an
  // epoch, or under the tree lock.
  const DentryPlace& place() const { return *place_.load(std::memory_order_acquire); }
  Dentry* directory() const { return place().directory(); }
  bool is_root() const { return directory() == nullptr; }
  // Whether it can be found by its name; false once it has been removed.
  bool named() const { return named_.load(std::memory_order_acquire); }
  // Whether something is mounted here in some namespace.
  bool mount_point() const { return mounts_.load(std::memory_order_acquire) != 0; }
  // Where this stands among its directory's entries: for readdir.
  uint64_t cookie() const { return cookie_; }

 private:
  friend class NameTable;
  friend class Tree;
  friend class MountTable;
  struct CookieOf {
    using type = uint64_t;
    const uint64_t& operator()(const Dentry& dentry) const { return dentry.cookie_; }
  };

  Dentry(DentryPlace* place, RefPtr<Node> node);
  ~Dentry() override;
  void on_last_release() override;

  const RefPtr<Node> node_;
  std::atomic<DentryPlace*> place_;
  std::atomic<Dentry*> next_{nullptr};  // in its chain
  std::atomic<bool> named_{false};
  std::atomic<uint32_t> mounts_{0};
  // Under the tree lock:
  uint64_t cookie_ = 0;
  uint64_t next_cookie_ = 3;  // of children; "." and ".." come before
  TreeHook sibling_link_;

 public:
  using Children = IntrusiveTree<Dentry, &Dentry::sibling_link_, CookieOf>;

 private:
  Children children_;
};

// The table of all names.
class NameTable {
 public:
  static uint32_t hash(const Dentry* directory, std::string_view name);

  // The entry of that name; while reading an epoch. Null with `certain`: there is none; without:
  // ask again, or under the tree lock.
  struct Found {
    Dentry* dentry = nullptr;
    bool certain = true;
  };
  static Found find(const Dentry& directory, std::string_view name);
  // The same under the tree lock, which makes it certain.
  static Dentry* find_locked(const Dentry& directory, std::string_view name);

  // How many renames have begun, for those who must know whether any did meanwhile.
  static uint64_t moves();

  // Under the tree lock.
  static void insert(Dentry& dentry);
  static void remove(Dentry& dentry);
  // Gives the dentry another place; returns the old one, to be retired when no lock is held.
  static DentryPlace* move(Dentry& dentry, DentryPlace* to);
  // While one exists, readers that find nothing are not certain. Around what must look like one
  // step: a rename and the removal of what it replaces, or both halves of an exchange.
  class Moving {
   public:
    Moving();
    ~Moving();
    Moving(const Moving&) = delete;
    Moving& operator=(const Moving&) = delete;
  };
};

}  // namespace jacinth::fs
