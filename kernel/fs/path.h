// Path: a place in the tree that programs see: a name, and the mount it was reached through.
#pragma once

#include <span>
#include <string_view>

#include "base/errno.h"
#include "fs/dentry.h"

namespace jacinth::fs {

class Mount;

struct Path {
  RefPtr<Mount> mount;
  RefPtr<Dentry> dentry;

  Path();
  Path(RefPtr<Mount> mount, RefPtr<Dentry> dentry);
  Path(const Path&);
  Path(Path&&) noexcept;
  Path& operator=(const Path&);
  Path& operator=(Path&&) noexcept;
  ~Path();

  explicit operator bool() const { return static_cast<bool>(dentry); }
  friend bool operator==(const Path&, const Path&) = default;
  Node& node() const { return dentry->node(); }
};

// A path that counts as no reference, while somebody else keeps what it names: the reading of an
// epoch, most often.
class BorrowedPath {
 public:
  BorrowedPath() = default;
  ~BorrowedPath();
  BorrowedPath(const BorrowedPath&) = delete;
  BorrowedPath& operator=(const BorrowedPath&) = delete;

  void point_to(Mount* mount, Dentry* dentry);
  const Path& get() const { return path_; }

 private:
  Path path_;
};

// The path's text as seen by one whose root is `root`: "/usr/bin", written to the end of `buffer`.
// Removed files end in " (deleted)". What is not below `root` is told as from the top of its
// mounts; `reachable` then becomes false (getcwd answers "(unreachable)" before it). ENAMETOOLONG.
ErrnoOr<std::string_view> describe(const Path& path, const Path& root, std::span<char> buffer,
                                   bool* reachable = nullptr);

}  // namespace jacinth::fs
