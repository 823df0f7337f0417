#include "fs/entries.h"

#include "fs/file_system.h"
#include "fs/tree.h"

namespace jacinth::fs {
namespace {

// The directory can get a new entry.
ErrnoOr<> may_add(const Node& directory, const EntryRules& rules) {
  if (rules.read_only) return fail(Errno::ROFS);
  if (directory.removed()) return fail(Errno::NOENT);
  if (rules.who == nullptr) return {};
  return check_access(directory, *rules.who, access::kWrite | access::kExecute);
}

// In file systems whose names are looked up on demand, the name is brought into the cache, so that
// what follows finds it under the lock.
ErrnoOr<> prepare(Dentry& directory, std::string_view name, RefPtr<Dentry>& found) {
  if (name.size() > kMaxName) return fail(Errno::NAMETOOLONG);
  if (directory.node().file_system().names() == FileSystem::Names::All) return {};
  auto there = Tree::find(directory, name);
  if (!there) return there.error() == Errno::NOENT ? ErrnoOr<>() : fail(there.error());
  found = *std::move(there);
  return {};
}

// Calls make(), which returns the node for the name, and enters it.
template <typename F>
ErrnoOr<RefPtr<Dentry>> enter(Dentry& directory, std::string_view name, const EntryRules& rules,
                              F&& make) {
  RefPtr<Dentry> known;
  RefPtr<Dentry> made;
  TRY(prepare(directory, name, known));
  Node& node = directory.node();
  {
    Epoch::Reading reading;
    LockGuard guard(node.file_system().tree_lock());
    if (Tree::find_locked(directory, name)) return fail(Errno::EXIST);
    TRY(may_add(node, rules));
    RefPtr<Node> child = TRY(make());
    auto dentry = Dentry::create(&directory, name, child);
    if (!dentry) {
      static_cast<void>(node.remove_child(name, *child));
      return fail(dentry.error());
    }
    made = *std::move(dentry);
    Tree::add(directory, made);
  }
  node.notify(event::kCreate | (made->node().is_directory() ? event::kIsDirectory : 0), name);
  return made;
}

}  // namespace

void inherit(const Node& directory, NewNode& what, const EntryRules& rules) {
  const Credentials* who = rules.who;
  if (who != nullptr) {
    what.user = who->user;
    what.group = who->group;
  }
  if ((directory.mode() & mode::kSetGroup) == 0) return;
  what.group = directory.group();
  if (what.type == FileType::Directory) {
    what.mode |= mode::kSetGroup;
  } else if (who != nullptr && (what.mode & mode::kGroupExecute) != 0 &&
             !who->in_group(what.group) && !who->has(capability::kSetId)) {
    what.mode &= ~mode::kSetGroup;
  }
}

ErrnoOr<RefPtr<Dentry>> make_entry(Dentry& directory, std::string_view name, NewNode what,
                                   const EntryRules& rules) {
  inherit(directory.node(), what, rules);
  return enter(directory, name, rules, [&] { return directory.node().make_child(name, what); });
}

ErrnoOr<RefPtr<Dentry>> make_symlink_entry(Dentry& directory, std::string_view name,
                                           std::string_view target, NewNode what,
                                           const EntryRules& rules) {
  inherit(directory.node(), what, rules);
  what.type = FileType::Symlink;
  what.mode = 0777;
  return enter(directory, name, rules,
               [&] { return directory.node().make_symlink(name, target, what); });
}

ErrnoOr<> link_entry(Dentry& directory, std::string_view name, Node& target, bool unnamed_too,
                     const EntryRules& rules) {
  const auto link = [&]() -> ErrnoOr<RefPtr<Node>> {
    if (target.is_directory()) return fail(Errno::PERM);
    if (target.removed() && (!unnamed_too || target.names_forbidden())) return fail(Errno::NOENT);
    TRY(directory.node().add_link(name, target));
    return RefPtr<Node>(&target);
  };
  TRY(enter(directory, name, rules, link));
  target.notify(event::kAttributes);
  return {};
}

// --- removing ---

namespace {

// Whether `child` may be taken out of `directory`, as what it is expected to be.
ErrnoOr<> may_remove(const Node& directory, const Node& child, Remove what,
                     const EntryRules& rules) {
  if (const Credentials* who = rules.who; who != nullptr) {
    TRY(check_access(directory, *who, access::kWrite | access::kExecute));
    const bool sticky = (directory.mode() & mode::kSticky) != 0;
    if (sticky && who->user != child.user() && who->user != directory.user() &&
        !who->has(capability::kOwner))
      return fail(Errno::PERM);
  }
  if (what == Remove::Directory && !child.is_directory()) return fail(Errno::NOTDIR);
  if (what == Remove::Other && child.is_directory()) return fail(Errno::ISDIR);
  return {};
}

Remove as_what_it_is(const Node& node) {
  return node.is_directory() ? Remove::Directory : Remove::Other;
}

}  // namespace

ErrnoOr<> remove_entry(Dentry& directory, std::string_view name, Remove what, bool slash,
                       const EntryRules& rules) {
  RefPtr<Dentry> child;
  RefPtr<Dentry> taken;
  TRY(prepare(directory, name, child));
  Node& node = directory.node();
  if (rules.read_only) return fail(Errno::ROFS);
  {
    Epoch::Reading reading;
    LockGuard guard(node.file_system().tree_lock());
    child = Tree::find_locked(directory, name);
    if (!child) return fail(Errno::NOENT);
    if (slash && what == Remove::Other)
      return fail(child->node().is_directory() ? Errno::ISDIR : Errno::NOTDIR);
    TRY(may_remove(node, child->node(), what, rules));
    if (child->mount_point()) return fail(Errno::BUSY);
    if (Tree::has_children(*child)) return fail(Errno::NOTEMPTY);
    TRY(node.remove_child(name, child->node()));
    taken = Tree::remove(*child);
  }
  const bool is_directory = what == Remove::Directory;
  if (!is_directory) child->node().notify(event::kAttributes);
  node.notify(event::kDelete | (is_directory ? event::kIsDirectory : 0), name);
  return {};
}

// --- renaming ---

namespace {

constexpr uint32_t kNoReplace = 1;
constexpr uint32_t kExchange = 2;

constinit std::atomic<uint32_t> next_cookie{1};

// One rename under the tree lock.
class Rename {
 public:
  Rename(const RenameSide& from, const RenameSide& to, uint32_t flags, const EntryRules& rules)
      : from_(from), to_(to), exchange_((flags & kExchange) != 0), flags_(flags), rules_(rules) {}

  // The places are made beforehand: from then on nothing can fail half-way.
  ErrnoOr<> run();
  ~Rename() {
    for (DentryPlace* place : {to_place_, from_place_}) {
      if (place != nullptr) Epoch::retire(*place);
    }
  }
  // Nothing was to be done: both names are of one node.
  bool same() const { return same_; }
  Node& child() const { return child_->node(); }
  Node* other() const { return other_ ? &other_->node() : nullptr; }

 private:
  ErrnoOr<> find();
  ErrnoOr<> check_shape();
  ErrnoOr<> check_rights();
  ErrnoOr<> check_rewriting(const Dentry& moved);

  const RenameSide& from_;
  const RenameSide& to_;
  const bool exchange_;
  const uint32_t flags_;
  const EntryRules& rules_;
  bool same_ = false;
  RefPtr<Dentry> child_;
  RefPtr<Dentry> other_;
  RefPtr<Dentry> taken_;
  // Places to be taken, and then the ones left.
  DentryPlace* to_place_ = nullptr;
  DentryPlace* from_place_ = nullptr;
};

ErrnoOr<> Rename::find() {
  child_ = Tree::find_locked(from_.directory, from_.name);
  if (!child_) return fail(Errno::NOENT);
  other_ = Tree::find_locked(to_.directory, to_.name);
  if (other_ && (flags_ & kNoReplace) != 0) return fail(Errno::EXIST);
  if (!other_ && exchange_) return fail(Errno::NOENT);
  return {};
}

ErrnoOr<> Rename::check_shape() {
  if (exchange_ && to_.slash && !other_->node().is_directory()) return fail(Errno::NOTDIR);
  if (!child_->node().is_directory()) {
    if (from_.slash || (!exchange_ && to_.slash)) return fail(Errno::NOTDIR);
  }
  if (Tree::is_below(to_.directory, *child_)) return fail(Errno::INVAL);
  if (other_ && Tree::is_below(from_.directory, *other_))
    return fail(exchange_ ? Errno::INVAL : Errno::NOTEMPTY);
  return {};
}

// A directory that comes into another one has its ".." rewritten.
ErrnoOr<> Rename::check_rewriting(const Dentry& moved) {
  if (rules_.who == nullptr || &from_.directory == &to_.directory) return {};
  if (!moved.node().is_directory()) return {};
  return check_access(moved.node(), *rules_.who, access::kWrite);
}

ErrnoOr<> Rename::check_rights() {
  Node& from = from_.directory.node();
  Node& to = to_.directory.node();
  Node& child = child_->node();
  TRY(may_remove(from, child, as_what_it_is(child), rules_));
  if (!other_) {
    TRY(may_add(to, rules_));
  } else {
    Node& other = other_->node();
    TRY(may_remove(to, other, exchange_ ? as_what_it_is(other) : as_what_it_is(child), rules_));
  }
  TRY(check_rewriting(*child_));
  if (exchange_) TRY(check_rewriting(*other_));
  if (child_->mount_point() || (other_ && other_->mount_point())) return fail(Errno::BUSY);
  if (other_ && !exchange_ && Tree::has_children(*other_)) return fail(Errno::NOTEMPTY);
  return {};
}

ErrnoOr<> Rename::run() {
  to_place_ = DentryPlace::create(&to_.directory, to_.name);
  if (exchange_) from_place_ = DentryPlace::create(&from_.directory, from_.name);
  if (to_place_ == nullptr || (exchange_ && from_place_ == nullptr)) return fail(Errno::NOMEM);
  Node& from = from_.directory.node();
  Epoch::Reading reading;
  LockGuard guard(from.file_system().tree_lock());
  TRY(find());
  TRY(check_shape());
  same_ = other_ && &other_->node() == &child_->node();
  if (same_) return {};
  TRY(check_rights());
  TRY(from.move_child({.name = from_.name,
                       .child = child_->node(),
                       .to_directory = to_.directory.node(),
                       .to_name = to_.name,
                       .replaced = other_ ? &other_->node() : nullptr,
                       .exchange = exchange_}));
  const NameTable::Moving moving;
  if (other_ && !exchange_) taken_ = Tree::remove(*other_);
  to_place_ = Tree::move(*child_, to_place_);
  if (exchange_) from_place_ = Tree::move(*other_, from_place_);
  return {};
}

}  // namespace

ErrnoOr<> rename_entry(const RenameSide& from, const RenameSide& to, uint32_t flags,
                       const EntryRules& rules) {
  RefPtr<Dentry> child;
  RefPtr<Dentry> other;
  TRY(prepare(from.directory, from.name, child));
  TRY(prepare(to.directory, to.name, other));
  if (rules.read_only) return fail(Errno::ROFS);
  Rename rename(from, to, flags, rules);
  TRY(rename.run());
  if (rename.same()) return {};
  const uint32_t kind = rename.child().is_directory() ? event::kIsDirectory : 0;
  const uint32_t cookie = next_cookie.fetch_add(1, std::memory_order_relaxed);
  from.directory.node().notify(event::kMovedFrom | kind, from.name, cookie);
  to.directory.node().notify(event::kMovedTo | kind, to.name, cookie);
  rename.child().notify(event::kMoveSelf);
  if (Node* other_node = rename.other(); other_node != nullptr && (flags & kExchange) == 0)
    other_node->notify(event::kAttributes);
  return {};
}

}  // namespace jacinth::fs
