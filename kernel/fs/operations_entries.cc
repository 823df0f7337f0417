// Making, removing and renaming by path.
#include "fs/entries.h"
#include "fs/mount.h"
#include "fs/operations.h"

namespace jacinth::fs {
namespace {

using Last = Parent::Last;

EntryRules rules_for(const Parent& parent, const Credentials& who) {
  return {.who = &who, .read_only = parent.directory.mount->read_only()};
}

// Where a new entry goes. `directory`: it is to be one, so a slash may follow its name.
ErrnoOr<Parent> place_for(const WalkFrom& from, std::string_view path, bool directory) {
  Parent parent = TRY(walk_to_parent(from, path, 0));
  if (parent.last != Last::Name) return fail(Errno::EXIST);
  if (!parent.trailing_slash || directory) return parent;
  const WalkFrom there{from.root, parent.directory, from.who};
  if (walk(there, parent.name(), 0)) return fail(Errno::EXIST);
  return fail(Errno::NOENT);
}

}  // namespace

ErrnoOr<> make_directory(const WalkFrom& from, std::string_view path, uint32_t mode) {
  const Parent parent = TRY(place_for(from, path, true));
  const NewNode what{.type = FileType::Directory, .mode = mode & (0777 | mode::kSticky)};
  TRY(make_entry(*parent.directory.dentry, parent.name(), what, rules_for(parent, from.who)));
  return {};
}

ErrnoOr<> make_node(const WalkFrom& from, std::string_view path, FileType type, uint32_t mode,
                    DeviceNumber device) {
  if (type == FileType::Directory) return fail(Errno::PERM);
  const bool is_device = type == FileType::CharDevice || type == FileType::BlockDevice;
  if (!is_device && type != FileType::Regular && type != FileType::Fifo && type != FileType::Socket)
    return fail(Errno::INVAL);
  const Parent parent = TRY(place_for(from, path, false));
  EntryRules rules = rules_for(parent, from.who);
  if (is_device && !from.who.has(capability::kMakeNode)) {
    // What exists, or where nothing can be made, is told first.
    const WalkFrom there{from.root, parent.directory, from.who};
    if (walk(there, parent.name(), 0)) return fail(Errno::EXIST);
    if (rules.read_only) return fail(Errno::ROFS);
    TRY(check_access(parent.directory.node(), from.who, access::kWrite | access::kExecute));
    return fail(Errno::PERM);
  }
  const NewNode what{.type = type, .mode = mode & mode::kAll, .device = device};
  TRY(make_entry(*parent.directory.dentry, parent.name(), what, rules));
  return {};
}

ErrnoOr<> make_symlink(std::string_view target, const WalkFrom& from, std::string_view path) {
  if (target.empty()) return fail(Errno::NOENT);
  const Parent parent = TRY(place_for(from, path, false));
  TRY(make_symlink_entry(*parent.directory.dentry, parent.name(), target, {},
                         rules_for(parent, from.who)));
  return {};
}

// --- links ---

namespace {

ErrnoOr<> link_to(const Path& old, const WalkFrom& to, std::string_view new_path,
                  bool unnamed_too) {
  const Parent parent = TRY(place_for(to, new_path, false));
  const EntryRules rules = rules_for(parent, to.who);
  if (old.mount != parent.directory.mount) {
    const WalkFrom there{to.root, parent.directory, to.who};
    if (walk(there, parent.name(), 0)) return fail(Errno::EXIST);
    return fail(rules.read_only ? Errno::ROFS : Errno::XDEV);
  }
  return link_entry(*parent.directory.dentry, parent.name(), old.node(), unnamed_too, rules);
}

}  // namespace

ErrnoOr<> link(const WalkFrom& from, std::string_view old_path, uint32_t flags, const WalkFrom& to,
               std::string_view new_path) {
  const Path old = TRY(walk(from, old_path, flags));
  return link_to(old, to, new_path, old_path.empty());
}

ErrnoOr<> link(const Path& old, const WalkFrom& to, std::string_view new_path) {
  return link_to(old, to, new_path, true);
}

// --- removing ---

ErrnoOr<> unlink(const WalkFrom& from, std::string_view path) {
  const Parent parent = TRY(walk_to_parent(from, path, 0));
  if (parent.last != Last::Name) return fail(Errno::ISDIR);
  return remove_entry(*parent.directory.dentry, parent.name(), Remove::Other, parent.trailing_slash,
                      rules_for(parent, from.who));
}

ErrnoOr<> remove_directory(const WalkFrom& from, std::string_view path) {
  const Parent parent = TRY(walk_to_parent(from, path, 0));
  switch (parent.last) {
    case Last::DotDot:
      return fail(Errno::NOTEMPTY);
    case Last::Dot:
      return fail(Errno::INVAL);
    case Last::Root:
      return fail(Errno::BUSY);
    case Last::Name:
      break;
  }
  return remove_entry(*parent.directory.dentry, parent.name(), Remove::Directory,
                      parent.trailing_slash, rules_for(parent, from.who));
}

ErrnoOr<> rename(const WalkFrom& from, std::string_view old_path, const WalkFrom& to,
                 std::string_view new_path, uint32_t flags) {
  constexpr uint32_t kBoth = rename_flags::kNoReplace | rename_flags::kExchange;
  if ((flags & ~kBoth) != 0 || (flags & kBoth) == kBoth) return fail(Errno::INVAL);
  const Parent old = TRY(walk_to_parent(from, old_path, 0));
  const Parent fresh = TRY(walk_to_parent(to, new_path, 0));
  if (old.directory.mount != fresh.directory.mount) return fail(Errno::XDEV);
  if (old.last != Last::Name) return fail(Errno::BUSY);
  if (fresh.last != Last::Name)
    return fail((flags & rename_flags::kNoReplace) != 0 ? Errno::EXIST : Errno::BUSY);
  return rename_entry({*old.directory.dentry, old.name(), old.trailing_slash},
                      {*fresh.directory.dentry, fresh.name(), fresh.trailing_slash}, flags,
                      rules_for(old, from.who));
}

}  // namespace jacinth::fs
