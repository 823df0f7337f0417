// Tree: the names of one file system, as a structure: found, added, moved, taken away.
#pragma once

#include <string_view>

#include "base/errno.h"
#include "fs/dentry.h"
#include "fs/file_system.h"

namespace jacinth::fs {

// The functions add, remove, move and has_children are called
// under the file system's tree lock; what they return is dropped after it.
class Tree {
 public:
  // The child of that name, looked up in the file system where names are on demand. ENOENT, and the
  // errors of Node::lookup(). No lock held.
  static ErrnoOr<RefPtr<Dentry>> find(Dentry& directory, std::string_view name);
  // The same under the tree lock, and while reading an epoch: null when there is none, or when it
  // is not in the cache.
  static RefPtr<Dentry> find_locked(Dentry& directory, std::string_view name);

  static void add(Dentry& directory, RefPtr<Dentry> child);
  static RefPtr<Dentry> remove(Dentry& child);
  // Gives `child` the place `to`, made beforehand; the old one is to be retired.
  [[nodiscard]] static DentryPlace* move(Dentry& child, DentryPlace* to);
  static bool has_children(const Dentry& directory) { return !directory.children_.empty(); }
  // Whether `dentry` is `ancestor` or below it.
  static bool is_below(const Dentry& dentry, const Dentry& ancestor);

  // Passes the children after `position` to the sink (names all cached). Takes the tree lock.
  static void list(Dentry& directory, uint64_t position, DirectorySink& sink);

  // Takes all names below `root` away, however deep, bit by bit.
  static void take_down(Dentry& root);
};

}  // namespace jacinth::fs
