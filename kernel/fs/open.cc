// open(), with O_CREAT, O_TMPFILE and O_PATH.
#include <algorithm>

#include "fs/directory_file.h"
#include "fs/entries.h"
#include "fs/mount.h"
#include "fs/operations.h"
#include "fs/walker.h"

namespace jacinth::fs {
namespace {

using Opened = ErrnoOr<RefPtr<File>>;
using OpenedLater = exec::Eventually<Opened>;

bool has(uint32_t flags, uint32_t which) { return (flags & which) == which; }

// What the access mode asks for; mode 3 asks for both rights and gives neither.
uint32_t wanted_access(uint32_t flags) {
  uint32_t wanted = access::kRead | access::kWrite;
  if ((flags & open_flags::kAccessMode) == open_flags::kReadOnly) wanted = access::kRead;
  if ((flags & open_flags::kAccessMode) == open_flags::kWriteOnly) wanted = access::kWrite;
  if ((flags & open_flags::kTruncate) != 0) wanted |= access::kWrite;
  return wanted;
}

ErrnoOr<> may_open(const Path& place, const Credentials& who, uint32_t flags) {
  Node& node = place.node();
  const uint32_t wanted = wanted_access(flags);
  switch (node.type()) {
    case FileType::Symlink:
      return fail(Errno::LOOP);
    case FileType::Directory:
      if ((wanted & access::kWrite) != 0 || has(flags, open_flags::kCreate))
        return fail(Errno::ISDIR);
      break;
    case FileType::CharDevice:
    case FileType::BlockDevice:
      if (place.mount && (place.mount->flags() & mount_flags::kNoDevices) != 0)
        return fail(Errno::ACCES);
      break;
    default:
      break;
  }
  TRY(check_access(place, who, wanted));
  if (has(flags, open_flags::kNoAccessTime) && !who.owns(node)) return fail(Errno::PERM);
  return {};
}

// Writing, whatever the file is opened for: ETXTBSY.
ErrnoOr<> cut_off(Node& node) {
  TRY(node.begin_writing());
  const ErrnoOr<> done = node.resize(0);
  node.end_writing();
  return done;
}

// Opens what may be opened.
OpenedLater open_node(const Path& place, uint32_t flags, const Credentials& who) {
  Node& node = place.node();
  OpenedLater opened = node.open(place, flags);
  if (!opened.ready() || !opened.value()) return opened;
  if (has(flags, open_flags::kTruncate) && node.type() == FileType::Regular) {
    if (const ErrnoOr<> cut = cut_off(node); !cut) return Opened(fail(cut.error()));
    notify_directory(place, event::kModify);
    node.notify(event::kModify);
    drop_set_id(node, who);
  }
  notify_directory(place, event::kOpen);
  node.notify(event::kOpen);
  return opened;
}

// The path's end: a place that is there, or where to make a file and under which name.
struct End {
  Path place;
  bool missing = false;
  Parent parent;
};

// Goes to the path's end: true when it is there, false when `walker` is at the directory that lacks
// it.
ErrnoOr<bool> go_to_end(Walker& walker, std::string_view path, bool follow, bool exclusive) {
  TRY(walker.begin(path));
  for (;;) {
    TRY(walker.to_last());
    // A magic link leads to a file itself, with no name left to enter.
    const bool arrived = walker.last() == Parent::Last::Root && !walker.node().is_directory();
    if (walker.last() != Parent::Last::Name && !arrived)
      return fail(exclusive ? Errno::EXIST : Errno::ISDIR);
    if (walker.trailing_slash()) return fail(Errno::ISDIR);
    const ErrnoOr<bool> entered = walker.enter_last(follow);
    if (!entered && entered.error() != Errno::NOENT) return fail(entered.error());
    if (entered && !*entered) continue;
    TRY(walker.check_confined());
    if (entered && exclusive) return fail(Errno::EXIST);
    return entered.has_value();
  }
}

ErrnoOr<> find_or_miss(const WalkFrom& from, std::string_view path, uint32_t walk_how,
                       bool exclusive, End& end) {
  for (;;) {
    Walker walker(from, walk_how);
    end.missing = !TRY(go_to_end(walker, path, (walk_how & walk_flags::kFollow) != 0, exclusive));
    auto place = walker.path();
    if (!place) continue;
    if (!end.missing) {
      end.place = *std::move(place);
      return {};
    }
    end.parent.directory = *std::move(place);
    std::ranges::copy(walker.name(), end.parent.buffer.begin());
    end.parent.length = static_cast<uint16_t>(walker.name().size());
    return {};
  }
}

OpenedLater open_or_create(const WalkFrom& from, std::string_view path, const OpenHow& how,
                           uint32_t walk_how) {
  const bool exclusive = has(how.flags, open_flags::kExclusive);
  for (;;) {
    End end;
    if (const ErrnoOr<> found = find_or_miss(from, path, walk_how, exclusive, end); !found)
      return Opened(fail(found.error()));
    if (!end.missing) return open_at(end.place, from.who, how.flags);
    const Path& directory = end.parent.directory;
    const EntryRules rules{.who = &from.who, .read_only = directory.mount->read_only()};
    auto made = make_entry(*directory.dentry, end.parent.name(),
                           {.type = FileType::Regular, .mode = how.mode & mode::kAll}, rules);
    // Who made it may open it in any way.
    if (made)
      return open_node(Path(directory.mount, *std::move(made)), how.flags & ~open_flags::kTruncate,
                       from.who);
    // Somebody else has just made it: then it is opened.
    if (made.error() != Errno::EXIST || exclusive) return Opened(fail(made.error()));
  }
}

OpenedLater open_unnamed(const WalkFrom& from, std::string_view path, const OpenHow& how,
                         uint32_t walk_how) {
  const auto make = [&]() -> ErrnoOr<Path> {
    if ((wanted_access(how.flags) & access::kWrite) == 0) return fail(Errno::INVAL);
    const Path directory = TRY(walk(from, path, walk_how | walk_flags::kDirectory));
    TRY(check_access(directory, from.who, access::kWrite | access::kExecute));
    NewNode what{.type = FileType::Regular, .mode = how.mode & mode::kAll};
    inherit(directory.node(), what, {.who = &from.who});
    RefPtr<Node> node = TRY(directory.node().make_unnamed(what));
    if (has(how.flags, open_flags::kExclusive)) node->forbid_names();
    RefPtr<Dentry> dentry = TRY(Dentry::create(directory.dentry.get(), "#unnamed", node));
    return Path(directory.mount, std::move(dentry));
  };
  const ErrnoOr<Path> made = make();
  if (!made) return Opened(fail(made.error()));
  return open_node(*made, how.flags & ~open_flags::kDirectory, from.who);
}

OpenedLater open_existing(const WalkFrom& from, std::string_view path, uint32_t flags,
                          uint32_t walk_how) {
  const ErrnoOr<Path> place = walk(from, path, walk_how);
  if (!place) return Opened(fail(place.error()));
  if (has(flags, open_flags::kPath)) return open_place(*place, flags);
  return open_at(*place, from.who, flags);
}

}  // namespace

exec::Eventually<ErrnoOr<RefPtr<File>>> open_at(const Path& place, const Credentials& who,
                                                uint32_t flags) {
  if (has(flags, open_flags::kPath)) return open_place(place, flags);
  if (const ErrnoOr<> may = may_open(place, who, flags); !may) return Opened(fail(may.error()));
  return open_node(place, flags, who);
}

exec::Eventually<ErrnoOr<RefPtr<File>>> open(const WalkFrom& from, std::string_view path,
                                             const OpenHow& how) {
  constexpr uint32_t kWithPath =
      open_flags::kPath | open_flags::kDirectory | open_flags::kNoFollow | open_flags::kCloseOnExec;
  uint32_t flags = how.flags;
  if (has(flags, open_flags::kPath)) flags &= kWithPath;
  const bool unnamed = has(flags, open_flags::kTemporary);
  const bool creates = has(flags, open_flags::kCreate);
  if (creates && has(flags, open_flags::kDirectory)) return Opened(fail(Errno::INVAL));
  const bool follow =
      !has(flags, open_flags::kNoFollow) && !(creates && has(flags, open_flags::kExclusive));
  uint32_t walk_how = how.resolve & walk_flags::kResolve;
  if (follow) walk_how |= walk_flags::kFollow;
  if (has(flags, open_flags::kDirectory)) walk_how |= walk_flags::kDirectory;
  if (unnamed) return open_unnamed(from, path, how, walk_how);
  if (creates) return open_or_create(from, path, how, walk_how);
  return open_existing(from, path, flags, walk_how);
}

}  // namespace jacinth::fs
