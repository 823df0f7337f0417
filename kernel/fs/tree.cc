#include "fs/tree.h"

namespace jacinth::fs {
namespace {

bool keeps_all(const Dentry& dentry) {
  return dentry.node().file_system().names() == FileSystem::Names::All;
}

RefPtr<Dentry> reference(Dentry* dentry) {
  if (dentry == nullptr || !dentry->try_add_ref()) return nullptr;
  return RefPtr<Dentry>::adopt(dentry);
}

// A child that the file system knows of, put into the table unless somebody else just has.
ErrnoOr<RefPtr<Dentry>> look_up(Dentry& directory, std::string_view name) {
  RefPtr<Node> node = TRY(directory.node().lookup(name));
  RefPtr<Dentry> fresh = TRY(Dentry::create(&directory, name, std::move(node)));
  LockGuard guard(directory.node().file_system().tree_lock());
  if (RefPtr<Dentry> other = Tree::find_locked(directory, name);
      other && &other->node() == &fresh->node())
    return other;
  Tree::add(directory, fresh);
  return fresh;
}

}  // namespace

ErrnoOr<RefPtr<Dentry>> Tree::find(Dentry& directory, std::string_view name) {
  FileSystem& file_system = directory.node().file_system();
  if (name.size() > kMaxName) return fail(Errno::NAMETOOLONG);
  Epoch::Reading reading;
  const NameTable::Found found = NameTable::find(directory, name);
  RefPtr<Dentry> dentry = reference(found.dentry);
  if (keeps_all(directory)) {
    if (dentry) return dentry;
    if (found.certain && found.dentry == nullptr) return fail(Errno::NOENT);
    LockGuard guard(file_system.tree_lock());
    dentry = find_locked(directory, name);
    if (!dentry) return fail(Errno::NOENT);
    return dentry;
  }
  if (dentry && directory.node().still_valid(name, dentry->node())) return dentry;
  if (dentry) {
    LockGuard guard(file_system.tree_lock());
    if (dentry->named()) remove(*dentry);
  }
  return look_up(directory, name);
}

RefPtr<Dentry> Tree::find_locked(Dentry& directory, std::string_view name) {
  return reference(NameTable::find_locked(directory, name));
}

void Tree::add(Dentry& directory, RefPtr<Dentry> child) {
  NameTable::insert(*child);
  child->cookie_ = directory.next_cookie_++;
  if (!keeps_all(directory)) return;
  directory.children_.insert(*child);
  static_cast<void>(child.leak());  // the directory's now
}

RefPtr<Dentry> Tree::remove(Dentry& child) {
  NameTable::remove(child);
  if (!child.sibling_link_.is_linked()) return nullptr;
  Dentry& directory = *child.directory();
  directory.children_.erase(directory.children_.iterator_to(child));
  return RefPtr<Dentry>::adopt(&child);
}

DentryPlace* Tree::move(Dentry& child, DentryPlace* to) {
  Dentry& from = *child.directory();
  const bool linked = child.sibling_link_.is_linked();
  if (linked) from.children_.erase(from.children_.iterator_to(child));
  DentryPlace* const old = NameTable::move(child, to);
  child.cookie_ = to->directory()->next_cookie_++;
  if (linked) to->directory()->children_.insert(child);
  return old;
}

bool Tree::is_below(const Dentry& dentry, const Dentry& ancestor) {
  for (const Dentry* at = &dentry; at != nullptr; at = at->directory()) {
    if (at == &ancestor) return true;
  }
  return false;
}

void Tree::list(Dentry& directory, uint64_t position, DirectorySink& sink) {
  LockGuard guard(directory.node().file_system().tree_lock());
  auto at = directory.children_.lower_bound(position);
  for (; at != directory.children_.end(); ++at) {
    const Node& node = at->node();
    if (!sink.add(at->place().name(), node.number(), node.type(), at->cookie_ + 1)) return;
  }
}

void Tree::take_down(Dentry& root) {
  SpinLock& lock = root.node().file_system().tree_lock();
  RefPtr<Dentry> at(&root);
  for (;;) {
    RefPtr<Dentry> next;
    RefPtr<Dentry> removed;
    {
      LockGuard guard(lock);
      if (auto first = at->children_.begin(); first != at->children_.end()) {
        next = RefPtr<Dentry>(&*first);
      } else if (at.get() != &root) {
        next = RefPtr<Dentry>(at->directory());
        removed = remove(*at);
      }
    }
    if (!next) return;
    at = std::move(next);
  }
}

}  // namespace jacinth::fs
