// Finding and changing what is found. Making and removing entries: operations_entries.cc; opening:
// open.cc.
#include "fs/operations.h"

#include <algorithm>

#include "base/vector.h"
#include "fs/mount.h"
#include "fs/walker.h"

namespace jacinth::fs {

namespace {

ErrnoOr<> check_writable(const Path& path) {
  return path.mount && path.mount->read_only() ? fail(Errno::ROFS) : ErrnoOr<>();
}

ErrnoOr<> check_access_through(const Mount& mount, const Node& node, const Credentials& who,
                               uint32_t wanted) {
  const bool plain = node.type() == FileType::Regular || node.type() == FileType::Directory ||
                     node.type() == FileType::Symlink;
  if ((wanted & access::kWrite) != 0 && mount.read_only() && plain) return fail(Errno::ROFS);
  if ((wanted & access::kExecute) != 0 && node.type() == FileType::Regular &&
      (mount.flags() & mount_flags::kNoExecute) != 0)
    return fail(Errno::ACCES);
  return check_access(node, who, wanted);
}

}  // namespace

ErrnoOr<Attributes> stat(const WalkFrom& from, std::string_view path, uint32_t flags) {
  Walker walker(from, flags);
  TRY(walker.run(path));
  return walker.node().attributes();
}

ErrnoOr<> check_access(const WalkFrom& from, std::string_view path, uint32_t wanted,
                       uint32_t flags) {
  if ((wanted & ~7u) != 0) return fail(Errno::INVAL);
  Walker walker(from, flags);
  TRY(walker.run(path));
  if (wanted == access::kExists) return {};
  // execve() would not do it, but access() of a program is about that.
  return check_access_through(walker.mount(), walker.node(), from.who, wanted);
}

ErrnoOr<> check_access(const Path& path, const Credentials& who, uint32_t wanted) {
  if (!path.mount) return check_access(path.node(), who, wanted);
  return check_access_through(*path.mount, path.node(), who, wanted);
}

ErrnoOr<size_t> read_link(const WalkFrom& from, std::string_view path, std::span<char> out,
                          uint32_t flags) {
  Walker walker(from, flags & ~walk_flags::kFollow);
  TRY(walker.run(path));
  Node& node = walker.node();
  // An empty path, which is about a link opened itself, has an error of its own.
  if (node.type() != FileType::Symlink) return fail(path.empty() ? Errno::NOENT : Errno::INVAL);
  const LinkTarget target = TRY(node.read_link(from.who));
  if (target.place != nullptr && target.text.empty()) {
    // Text to the end of the buffer, moved to its begin.
    char text[kMaxPath];
    const std::string_view described = TRY(describe(*target.place, from.root, text));
    const size_t bytes = std::min(described.size(), out.size());
    std::copy_n(described.begin(), bytes, out.begin());
    return bytes;
  }
  const size_t bytes = std::min(target.text.size(), out.size());
  std::copy_n(target.text.begin(), bytes, out.begin());
  return bytes;
}

// --- attributes ---

namespace {

ErrnoOr<> change_attributes(const Path& path, const AttributeChange& change) {
  notify_directory(path, event::kAttributes);
  return path.node().set_attributes(change);
}

}  // namespace

ErrnoOr<> change_mode(const Path& path, const Credentials& who, uint32_t mode) {
  TRY(check_writable(path));
  Node& node = path.node();
  if (node.type() == FileType::Symlink) return fail(Errno::OPNOTSUPP);
  if (!who.owns(node)) return fail(Errno::PERM);
  if (!node.is_directory() && !who.in_group(node.group()) && !who.has(capability::kSetId))
    mode &= ~mode::kSetGroup;
  return change_attributes(path, {.fields = AttributeChange::kMode, .mode = mode});
}

ErrnoOr<> change_owner(const Path& path, const Credentials& who, uint32_t user, uint32_t group) {
  TRY(check_writable(path));
  Node& node = path.node();
  AttributeChange change;
  const bool owner = who.user == node.user();
  const bool may_anything = who.has(capability::kChown);
  if (user != kUnchanged) {
    if (!may_anything && !(owner && user == node.user())) return fail(Errno::PERM);
    change.fields |= AttributeChange::kUser;
    change.user = user;
  }
  if (group != kUnchanged) {
    const bool own_group = owner && (who.in_group(group) || group == node.group());
    if (!may_anything && !own_group) return fail(Errno::PERM);
    change.fields |= AttributeChange::kGroup;
    change.group = group;
  }
  // What ran as the old owner must not come to run as the new one.
  if (!node.is_directory() && change.fields != 0) {
    uint32_t mode = node.mode() & ~mode::kSetUser;
    if ((mode & mode::kGroupExecute) != 0) mode &= ~mode::kSetGroup;
    change.fields |= AttributeChange::kMode;
    change.mode = mode;
  }
  return change_attributes(path, change);
}

ErrnoOr<> set_times(const Path& path, const Credentials& who, NewTime accessed, NewTime modified) {
  using Kind = NewTime::Kind;
  if (accessed.kind == Kind::Omit && modified.kind == Kind::Omit) return {};
  TRY(check_writable(path));
  Node& node = path.node();
  if (!who.owns(node)) {
    // Who may write to a file may say that it is new, but nothing else.
    if (accessed.kind != Kind::Now || modified.kind != Kind::Now) return fail(Errno::PERM);
    TRY(check_access(node, who, access::kWrite));
  }
  const Timestamp now = Timestamp::now();
  AttributeChange change;
  if (accessed.kind != Kind::Omit) {
    change.fields |= AttributeChange::kAccessed;
    change.accessed = accessed.kind == Kind::Now ? now : accessed.time;
  }
  if (modified.kind != Kind::Omit) {
    change.fields |= AttributeChange::kModified;
    change.modified = modified.kind == Kind::Now ? now : modified.time;
  }
  return change_attributes(path, change);
}

ErrnoOr<> check_truncate(const Path& path, const Credentials& who) {
  Node& node = path.node();
  if (node.is_directory()) return fail(Errno::ISDIR);
  if (node.type() != FileType::Regular) return fail(Errno::INVAL);
  TRY(check_writable(path));
  return check_access(node, who, access::kWrite);
}

ErrnoOr<> truncate(const Path& path, const Credentials& who, uint64_t size) {
  TRY(check_truncate(path, who));
  Node& node = path.node();
  TRY(node.begin_writing());
  const ErrnoOr<> done = node.resize(size);
  node.end_writing();
  if (!done) return done;
  notify_directory(path, event::kModify);
  node.notify(event::kModify);
  drop_set_id(node, who);
  return {};
}

bool has_set_id(const Node& node) {
  constexpr uint32_t kGroup = mode::kSetGroup | mode::kGroupExecute;
  const uint32_t mode = node.mode();
  return (mode & mode::kSetUser) != 0 || (mode & kGroup) == kGroup;
}

void drop_set_id(Node& node, const Credentials& who) {
  if (node.type() != FileType::Regular || !has_set_id(node) || who.has(capability::kSetId)) return;
  uint32_t mode = node.mode() & ~mode::kSetUser;
  if ((mode & mode::kGroupExecute) != 0) mode &= ~mode::kSetGroup;
  (void)node.set_attributes({.fields = AttributeChange::kMode, .mode = mode});
}

// --- extended attributes ---

namespace {

// The rules of the name's space. `wanted`: access::kRead or kWrite.
ErrnoOr<> check_xattr(const Path& path, const Credentials& who, std::string_view name,
                      uint32_t wanted) {
  if (name.empty() || name.size() > kMaxName) return fail(Errno::RANGE);
  const bool writes = wanted == access::kWrite;
  if (writes) TRY(check_writable(path));
  Node& node = path.node();
  if (name == "user." || name == "trusted." || name == "security.") return fail(Errno::INVAL);
  if (name.starts_with("trusted.")) {
    if (who.has(capability::kSysAdmin)) return {};
    return fail(writes ? Errno::PERM : Errno::NODATA);
  }
  if (name.starts_with("user.")) {
    if (node.type() != FileType::Regular && !node.is_directory())
      return fail(writes ? Errno::PERM : Errno::NODATA);
    if (writes && node.is_directory() && (node.mode() & mode::kSticky) != 0 && !who.owns(node))
      return fail(Errno::PERM);
    return check_access(node, who, wanted);
  }
  if (!name.starts_with("security.")) return fail(Errno::OPNOTSUPP);
  if (!writes || who.has(capability::kSysAdmin)) return {};
  return fail(Errno::PERM);
}

}  // namespace

ErrnoOr<size_t> get_xattr(const Path& path, const Credentials& who, std::string_view name,
                          std::span<std::byte> out) {
  TRY(check_xattr(path, who, name, access::kRead));
  return path.node().get_xattr(name, out);
}

ErrnoOr<> set_xattr(const Path& path, const Credentials& who, std::string_view name,
                    std::span<const std::byte> value, Node::SetXattr how) {
  TRY(check_xattr(path, who, name, access::kWrite));
  return path.node().set_xattr(name, value, how);
}

ErrnoOr<> remove_xattr(const Path& path, const Credentials& who, std::string_view name) {
  TRY(check_xattr(path, who, name, access::kWrite));
  return path.node().remove_xattr(name);
}

ErrnoOr<size_t> list_xattrs(const Path& path, const Credentials& who, std::span<char> out) {
  Node& node = path.node();
  if (who.has(capability::kSysAdmin)) return node.list_xattrs(out);
  // The names that the caller may not know of are left out.
  Vector<char> all = TRY(to_errno(Vector<char>::with_size(TRY(node.list_xattrs({})))));
  if (all.empty()) return size_t{0};
  std::string_view rest(all.data(), TRY(node.list_xattrs(all)));
  size_t bytes = 0;
  while (!rest.empty()) {
    const std::string_view name = rest.substr(0, rest.find('\0') + 1);
    rest.remove_prefix(name.size());
    if (name.starts_with("trusted.")) continue;
    if (!out.empty() && name.size() > out.size() - bytes) return fail(Errno::RANGE);
    if (!out.empty()) std::ranges::copy(name, out.begin() + bytes);
    bytes += name.size();
  }
  return bytes;
}

}  // namespace jacinth::fs
