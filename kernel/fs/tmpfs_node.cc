#include "fs/tmpfs_node.h"

#include <algorithm>

namespace jacinth::fs {

ErrnoOr<RefPtr<TmpfsNode>> TmpfsNode::create(Tmpfs& file_system, const NewNode& what,
                                             uint32_t seals) {
  TRY(file_system.count_node());
  auto made = make_ref<TmpfsNode>(file_system, what, seals);
  if (!made) file_system.used_nodes_.fetch_sub(1, std::memory_order_relaxed);
  return to_errno(std::move(made));
}

TmpfsNode::TmpfsNode(Tmpfs& file_system, const NewNode& what, uint32_t seals)
    : MemoryNode(RefPtr<FileSystem>(&file_system), file_system.next_node_number(), what, seals) {
  if (is_directory()) set_links(2);
  if (is_directory()) set_size(2 * kEntrySize);
}

TmpfsNode::~TmpfsNode() {
  tmpfs().used_nodes_.fetch_sub(1, std::memory_order_relaxed);
  tmpfs().used_pages_.fetch_sub(counted_pages_, std::memory_order_relaxed);
}

// --- contents ---

ErrnoOr<> TmpfsNode::reserve(uint64_t pages) {
  if (tmpfs().may_take_pages(pages)) return {};
  // Some of the pages may be there already; and writing through mappings is counted only now.
  note_usage();
  const uint64_t limit = tmpfs().page_limit_.load(std::memory_order_relaxed);
  const uint64_t used = tmpfs().used_pages_.load(std::memory_order_relaxed);
  return used < limit && used + pages <= limit ? ErrnoOr<>() : fail(Errno::NOSPC);
}

void TmpfsNode::note_usage() {
  const uint64_t pages = allocated_bytes() >> kPageShift;
  tmpfs().used_pages_.fetch_add(pages - counted_pages_, std::memory_order_relaxed);
  counted_pages_ = pages;
}

// --- directories, under the tree lock ---

void TmpfsNode::change_entries(int entries, int subdirectories) {
  {
    LockGuard guard(lock());
    set_size(size() + static_cast<uint64_t>(entries) * kEntrySize);
    set_links(links() + static_cast<uint32_t>(subdirectories));
  }
  note_modification();
}

ErrnoOr<RefPtr<Node>> TmpfsNode::make_child(std::string_view, const NewNode& wanted) {
  RefPtr<TmpfsNode> made = TRY(create(tmpfs(), wanted));
  change_entries(1, made->is_directory() ? 1 : 0);
  return RefPtr<Node>(std::move(made));
}

ErrnoOr<RefPtr<Node>> TmpfsNode::make_symlink(std::string_view, std::string_view target,
                                              const NewNode& wanted) {
  auto text = TRY(to_errno(Vector<char>::with_size(target.size())));
  std::ranges::copy(target, text.begin());
  RefPtr<TmpfsNode> made = TRY(create(tmpfs(), wanted));
  made->target_ = std::move(text);
  made->target_text_ = {made->target_.data(), target.size()};
  made->set_size(target.size());
  change_entries(1, 0);
  return RefPtr<Node>(std::move(made));
}

ErrnoOr<RefPtr<Node>> TmpfsNode::make_unnamed(const NewNode& wanted) {
  return RefPtr<Node>(TRY(tmpfs().make_unnamed_file(wanted, kSealSeal)));
}

ErrnoOr<> TmpfsNode::add_link(std::string_view, Node& target) {
  auto& node = static_cast<TmpfsNode&>(target);
  if (node.links() == kMaxLinks) return fail(Errno::MLINK);
  node.set_links(node.links() + 1);
  node.note_change();
  change_entries(1, 0);
  return {};
}

ErrnoOr<> TmpfsNode::remove_child(std::string_view, Node& child) {
  auto& node = static_cast<TmpfsNode&>(child);
  node.set_links(node.is_directory() ? 0 : node.links() - 1);
  node.note_change();
  change_entries(-1, node.is_directory() ? -1 : 0);
  return {};
}

ErrnoOr<> TmpfsNode::move_child(const Move& move) {
  auto& to = static_cast<TmpfsNode&>(move.to_directory);
  const int child_directory = move.child.is_directory() ? 1 : 0;
  if (move.exchange) {
    const int other_directory = move.replaced->is_directory() ? 1 : 0;
    if (&to != this) {
      change_entries(0, other_directory - child_directory);
      to.change_entries(0, child_directory - other_directory);
    }
    move.replaced->note_change();
  } else {
    if (move.replaced != nullptr) TRY(to.remove_child(move.to_name, *move.replaced));
    change_entries(-1, -child_directory);
    to.change_entries(1, child_directory);
  }
  move.child.note_change();
  return {};
}

ErrnoOr<LinkTarget> TmpfsNode::read_link(const Credentials&) {
  if (type() != FileType::Symlink) return fail(Errno::INVAL);
  return LinkTarget{.text = target_text_};
}

// --- extended attributes ---

ErrnoOr<Xattrs*> TmpfsNode::xattrs() {
  if (!xattrs_) {
    xattrs_.reset(new (std::nothrow) Xattrs());
    if (!xattrs_) return fail(Errno::NOMEM);
  }
  return xattrs_.get();
}

ErrnoOr<size_t> TmpfsNode::get_xattr(std::string_view name, std::span<std::byte> out) {
  LockGuard guard(xattr_lock_);
  if (!xattrs_) return fail(Errno::NODATA);
  return xattrs_->get(name, out);
}

ErrnoOr<> TmpfsNode::set_xattr(std::string_view name, std::span<const std::byte> value,
                               SetXattr how) {
  {
    LockGuard guard(xattr_lock_);
    TRY(TRY(xattrs())->set(name, value, how));
  }
  note_change();
  return {};
}

ErrnoOr<> TmpfsNode::remove_xattr(std::string_view name) {
  {
    LockGuard guard(xattr_lock_);
    if (!xattrs_) return fail(Errno::NODATA);
    TRY(xattrs_->remove(name));
  }
  note_change();
  return {};
}

ErrnoOr<size_t> TmpfsNode::list_xattrs(std::span<char> out) {
  LockGuard guard(xattr_lock_);
  return xattrs_ ? xattrs_->list(out) : ErrnoOr<size_t>(0);
}

}  // namespace jacinth::fs
