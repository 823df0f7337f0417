// FileSystem: a tree of nodes that is mounted as a whole.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "base/errno.h"
#include "base/ref_ptr.h"
#include "base/spinlock.h"
#include "fs/dentry.h"
#include "fs/node.h"
#include "fs/types.h"
#include "text/format.h"

namespace jacinth::fs {

// Nodes keep their file system, which keeps its root, until the last mount goes: then the tree is
// taken down. Nodes still referred to (by a mapping, say) live on without names.
class FileSystem : public RefCounted {
 public:
  enum class Names : uint8_t {
    All,       // the table of names holds every entry: what is not there does not exist
    OnDemand,  // Node::lookup() knows; found entries are kept while used, and asked if still valid
  };

  std::string_view type() const { return type_; }  // "tmpfs"
  DeviceNumber device() const { return device_; }
  Names names() const { return names_; }
  virtual FileSystemInfo info() = 0;
  // What /proc/mounts says after "rw".
  virtual void describe_options(TextSink& out) {}
  // MS_REMOUNT with new options. EINVAL.
  virtual ErrnoOr<> remount(std::string_view options) { return {}; }

  // Guards the names of this file system.
  SpinLock& tree_lock() RETURN_CAPABILITY(tree_lock_) { return tree_lock_; }
  // Null before set_root() and after the last mount has gone.
  RefPtr<Dentry> root();

  // A mount (or something else that needs the tree) comes and goes. Whoever makes a file system has
  // the first use and must end it. begin_use() fails once the tree has been taken down.
  bool begin_use();
  void end_use();

  uint64_t next_node_number() { return next_number_.fetch_add(1, std::memory_order_relaxed); }

 protected:
  FileSystem(std::string_view type, Names names);
  ~FileSystem() override;
  // Makes `node` the root, and begins the maker's use. Once. ENOMEM.
  ErrnoOr<> set_root(RefPtr<Node> node);

 private:
  const std::string_view type_;
  const Names names_;
  const DeviceNumber device_;
  std::atomic<uint64_t> next_number_{1};
  SpinLock tree_lock_{LockRank::FsTree};
  RefPtr<Dentry> root_ GUARDED_BY(tree_lock_);
  uint32_t uses_ GUARDED_BY(tree_lock_) = 0;
};

}  // namespace jacinth::fs
