// Node: what a name in a file system stands for: a file, a directory, a symbolic link, a device …
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/errno.h"
#include "base/intrusive.h"
#include "base/ref_ptr.h"
#include "base/spinlock.h"
#include "exec/task.h"
#include "fs/credentials.h"
#include "fs/notify.h"
#include "fs/types.h"
#include "vm/vmo.h"

namespace jacinth::fs {

class Dentry;
class File;
class FileLocks;
class FileSystem;
class MemoryNode;
class Pipe;
struct Path;

// What a symbolic link says: a text to go on with, or (a magic link, as in /proc) the place itself,
// which is shown as its path unless there is a text too ("pipe:[7]").
struct LinkTarget {
  std::string_view text{};  // lives as long as `keep`, or as the node while reading
  RefPtr<RefCounted> keep{};
  const Path* place = nullptr;  // a magic link's; kept by `keep` too
};

// Where a file system puts the entries of a directory. add() is called under locks.
class DirectorySink {
 public:
  // False: no room, the reading ends before this entry. `next` is where to go on after it.
  virtual bool add(std::string_view name, uint64_t node_number, FileType type, uint64_t next) = 0;

 protected:
  ~DirectorySink() = default;
};

// A node's mode, owner, links and size can be read by anyone without a lock; changes, and the
// times, are under lock(). Functions said to be *under the tree lock* are called with the file
// system's tree lock held, which makes changes of names atomic; permissions have been checked by
// then.
class Node : public RefCounted {
 public:
  FileSystem& file_system() const { return *file_system_; }
  uint64_t number() const { return number_; }
  FileType type() const { return type_; }
  bool is_directory() const { return type_ == FileType::Directory; }
  uint32_t mode() const { return mode_.load(std::memory_order_relaxed); }  // without the type
  uint32_t user() const { return user_.load(std::memory_order_relaxed); }
  uint32_t group() const { return group_.load(std::memory_order_relaxed); }
  uint32_t links() const { return links_.load(std::memory_order_relaxed); }
  uint64_t size() const { return size_.load(std::memory_order_relaxed); }
  DeviceNumber device() const { return device_; }

  // --- attributes ---
  virtual ErrnoOr<Attributes> attributes();
  // Mode, owner and times as they are; the size (regular files) through resize().
  virtual ErrnoOr<> set_attributes(const AttributeChange& change);
  void note_access();        // atime, as "relatime" has it
  void note_modification();  // mtime and ctime
  void note_change();        // ctime

  // --- directories ---
  // The child of that name. ENOENT. Asked only where names are not all in the cache
  // (FileSystem::Names::OnDemand); no lock held, perhaps while reading an epoch: must not wait.
  virtual ErrnoOr<RefPtr<Node>> lookup(std::string_view name);
  // Whether `child`, found under `name` before, is still what lookup() would find.
  virtual bool still_valid(std::string_view name, Node& child) { return true; }
  // Under the tree lock, the name being free: makes a node for it. Not for symbolic links.
  virtual ErrnoOr<RefPtr<Node>> make_child(std::string_view name, const NewNode& wanted);
  virtual ErrnoOr<RefPtr<Node>> make_symlink(std::string_view name, std::string_view target,
                                             const NewNode& wanted);
  // A node without a name in this directory's file system (O_TMPFILE).
  virtual ErrnoOr<RefPtr<Node>> make_unnamed(const NewNode& wanted);
  // Under the tree lock: a further name for `target`, of this file system and no directory.
  virtual ErrnoOr<> add_link(std::string_view name, Node& target);
  // Under the tree lock: the name goes. A directory is known to be empty where all names are
  // cached; others answer ENOTEMPTY.
  virtual ErrnoOr<> remove_child(std::string_view name, Node& child);
  // Under the tree lock: `child` moves to `to_directory` (perhaps this one), where `replaced` (if
  // any) gives up its name, or takes the child's old one (exchange).
  struct Move {
    std::string_view name;
    Node& child;
    Node& to_directory;
    std::string_view to_name;
    Node* replaced = nullptr;
    bool exchange = false;
  };
  virtual ErrnoOr<> move_child(const Move& move);
  // Entries from `position` on (0: the first; else what a sink was told), but "." and "..". Asked
  // only where names are on demand.
  virtual ErrnoOr<> list(uint64_t position, DirectorySink& sink);

  // --- symbolic links ---
  virtual ErrnoOr<LinkTarget> read_link(const Credentials& who);

  // --- contents ---
  // Opens the node, which may be waiting for somebody (a FIFO). `place` is how it was found.
  virtual exec::Eventually<ErrnoOr<RefPtr<File>>> open(const Path& place, uint32_t flags);
  // Regular files: the memory that holds the contents, shared with everyone who maps it; its size
  // is the file's in whole pages. ENODEV: cannot be mapped.
  virtual ErrnoOr<RefPtr<vm::Vmo>> contents();
  // Regular files: cuts or extends with zeros.
  virtual ErrnoOr<> resize(uint64_t size);
  // fallocate(): gives the range memory.
  enum class Allocate : uint8_t { Grow, KeepSize, PunchHole, ZeroRange, ZeroKeepSize };
  virtual ErrnoOr<> allocate(Allocate how, uint64_t offset, uint64_t size);

  // What /proc/self/fd shows for a node that has no name: "pipe:[1234]". Empty where all have one.
  virtual std::string_view describe(std::span<char> buffer) { return {}; }
  // FIFOs: the pipe behind it, made when first opened. ENOMEM.
  ErrnoOr<Pipe*> pipe();
  Pipe* pipe_if_any() const { return pipe_.load(std::memory_order_acquire); }
  // This, if its contents are in memory (regular_file.h); null otherwise.
  virtual MemoryNode* as_memory() { return nullptr; }

  // --- extended attributes ---
  // ENODATA: there is none of that name. EOPNOTSUPP: the file system has none at all. ERANGE: `out`
  // is not empty, but too small. Returns the value's size; an empty `out` asks for that alone.
  virtual ErrnoOr<size_t> get_xattr(std::string_view name, std::span<std::byte> out);
  enum class SetXattr : uint8_t { Any, Create, Replace };  // EEXIST, ENODATA
  virtual ErrnoOr<> set_xattr(std::string_view name, std::span<const std::byte> value,
                              SetXattr how);
  virtual ErrnoOr<> remove_xattr(std::string_view name);
  // All names, each followed by a NUL.
  virtual ErrnoOr<size_t> list_xattrs(std::span<char> out);

  // --- what hangs on a node ---
  // The locks of fcntl() and flock(), made when first asked for. ENOMEM.
  ErrnoOr<FileLocks*> locks();
  FileLocks* locks_if_any() const { return file_locks_.load(std::memory_order_acquire); }
  // Tells whoever watches the node; costs nothing when nobody does. No lock that ranks above
  // FsNode.
  void notify(uint32_t events, std::string_view name = {}, uint32_t cookie = 0) {
    if (watched_.load(std::memory_order_relaxed)) [[unlikely]]
      tell_watches(events, name, cookie);
  }
  // Who runs this file as a program, or has it open for writing: they exclude each other. ETXTBSY.
  ErrnoOr<> deny_writing();
  void allow_writing();
  ErrnoOr<> begin_writing();
  void end_writing();

  SpinLock& lock() const RETURN_CAPABILITY(lock_) { return lock_; }
  // A directory that has been removed: nothing can be made in it any more.
  bool removed() const { return links() == 0; }
  // A file made without a name (O_TMPFILE with O_EXCL) that must not get one.
  void forbid_names() { names_forbidden_.store(true, std::memory_order_relaxed); }
  bool names_forbidden() const { return names_forbidden_.load(std::memory_order_relaxed); }

 protected:
  Node(RefPtr<FileSystem> file_system, uint64_t number, const NewNode& what);
  ~Node() override;

  // Under lock() or the tree lock.
  void set_size(uint64_t size) { size_.store(size, std::memory_order_relaxed); }
  void set_links(uint32_t links) { links_.store(links, std::memory_order_relaxed); }
  void set_mode(uint32_t mode) { mode_.store(mode, std::memory_order_relaxed); }
  // Bytes of memory or disk, for Attributes::blocks.
  virtual uint64_t allocated_bytes() { return size(); }

 private:
  friend class Watch;

  void tell_watches(uint32_t events, std::string_view name, uint32_t cookie);

  const RefPtr<FileSystem> file_system_;
  const uint64_t number_;
  const FileType type_;
  const DeviceNumber device_;
  mutable SpinLock lock_{LockRank::FsNode};
  std::atomic<uint32_t> mode_;
  std::atomic<uint32_t> user_;
  std::atomic<uint32_t> group_;
  std::atomic<uint32_t> links_{1};
  std::atomic<uint64_t> size_{0};
  Timestamp accessed_ GUARDED_BY(lock_);
  Timestamp modified_ GUARDED_BY(lock_);
  Timestamp changed_ GUARDED_BY(lock_);
  const Timestamp created_;
  // Open for writing: above 0. Run as a program: below.
  std::atomic<int32_t> writers_{0};
  std::atomic<FileLocks*> file_locks_{nullptr};  // both owned
  std::atomic<Pipe*> pipe_{nullptr};
  std::atomic<bool> watched_{false};
  std::atomic<bool> names_forbidden_{false};
  IntrusiveList<Watch, &Watch::link_> watches_ GUARDED_BY(lock_);
};

}  // namespace jacinth::fs
