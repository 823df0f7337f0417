// Making, removing and renaming the entries of directories: each atomic under the tree lock, with
// the checks that belong there.
#pragma once

#include <string_view>

#include "base/errno.h"
#include "fs/credentials.h"
#include "fs/dentry.h"
#include "fs/node.h"

namespace jacinth::fs {

// What a change is subject to. The kernel's own changes, at start-up, are to nothing.
struct EntryRules {
  const Credentials* who = nullptr;
  bool read_only = false;  // the mount: EROFS, but what exists already is told first
};

// All: ENAMETOOLONG; ENOENT: the directory has been removed; EROFS; EACCES: it may not be written;
// ENOMEM. New entries: EEXIST. The group and the set-group bit come from a directory that has it.
ErrnoOr<RefPtr<Dentry>> make_entry(Dentry& directory, std::string_view name, NewNode what,
                                   const EntryRules& rules);
ErrnoOr<RefPtr<Dentry>> make_symlink_entry(Dentry& directory, std::string_view name,
                                           std::string_view target, NewNode what,
                                           const EntryRules& rules);
// A name for a node that is made already, by the same file system's own functions or by an earlier
// entry. EPERM: a directory. `unnamed_too`: even if it has no links left (O_TMPFILE), else ENOENT.
ErrnoOr<> link_entry(Dentry& directory, std::string_view name, Node& target, bool unnamed_too,
                     const EntryRules& rules);
// What a new node in that directory will be owned by.
void inherit(const Node& directory, NewNode& what, const EntryRules& rules);

enum class Remove : uint8_t { Directory, Other };
// ENOENT; EPERM (sticky); ENOTDIR or EISDIR; EBUSY (a mount point); ENOTEMPTY. `slash`: the name
// had one after it.
ErrnoOr<> remove_entry(Dentry& directory, std::string_view name, Remove what, bool slash,
                       const EntryRules& rules);

struct RenameSide {
  Dentry& directory;
  std::string_view name;
  bool slash = false;
};
// `flags` of rename_flags, checked by the caller, as is that both are of one mount.
ErrnoOr<> rename_entry(const RenameSide& from, const RenameSide& to, uint32_t flags,
                       const EntryRules& rules);

}  // namespace jacinth::fs
