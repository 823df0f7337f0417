#include "fs/file_system.h"

#include "fs/tree.h"

namespace jacinth::fs {
namespace {

// File systems without a device of their own are numbered with major 0.
constinit std::atomic<uint32_t> next_minor{1};

}  // namespace

FileSystem::FileSystem(std::string_view type, Names names)
    : type_(type),
      names_(names),
      device_{.major = 0, .minor = next_minor.fetch_add(1, std::memory_order_relaxed) & 0xfffff} {}

FileSystem::~FileSystem() { ASSERT(!root_); }

ErrnoOr<> FileSystem::set_root(RefPtr<Node> node) {
  RefPtr<Dentry> root = TRY(Dentry::create(nullptr, {}, std::move(node)));
  LockGuard guard(tree_lock_);
  ASSERT(!root_ && uses_ == 0);
  root_ = std::move(root);
  uses_ = 1;
  return {};
}

RefPtr<Dentry> FileSystem::root() {
  LockGuard guard(tree_lock_);
  return root_;
}

bool FileSystem::begin_use() {
  LockGuard guard(tree_lock_);
  if (!root_) return false;
  ++uses_;
  return true;
}

void FileSystem::end_use() {
  RefPtr<Dentry> root;
  {
    LockGuard guard(tree_lock_);
    ASSERT(uses_ != 0);
    if (--uses_ != 0) return;
    root = std::move(root_);
  }
  Tree::take_down(*root);
}

}  // namespace jacinth::fs
