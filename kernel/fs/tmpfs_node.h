// The nodes of tmpfs.
#pragma once

#include <string_view>

#include "fs/regular_file.h"
#include "fs/tmpfs.h"
#include "fs/xattrs.h"

namespace jacinth::fs {

class TmpfsNode final : public MemoryNode {
 public:
  // ENOMEM, ENOSPC.
  static ErrnoOr<RefPtr<TmpfsNode>> create(Tmpfs& file_system, const NewNode& what,
                                           uint32_t seals = kSealSeal);

  ErrnoOr<RefPtr<Node>> make_child(std::string_view name, const NewNode& wanted) override;
  ErrnoOr<RefPtr<Node>> make_symlink(std::string_view name, std::string_view target,
                                     const NewNode& wanted) override;
  ErrnoOr<RefPtr<Node>> make_unnamed(const NewNode& wanted) override;
  ErrnoOr<> add_link(std::string_view name, Node& target) override;
  ErrnoOr<> remove_child(std::string_view name, Node& child) override;
  ErrnoOr<> move_child(const Move& move) override;
  ErrnoOr<LinkTarget> read_link(const Credentials& who) override;

  ErrnoOr<size_t> get_xattr(std::string_view name, std::span<std::byte> out) override;
  ErrnoOr<> set_xattr(std::string_view name, std::span<const std::byte> value,
                      SetXattr how) override;
  ErrnoOr<> remove_xattr(std::string_view name) override;
  ErrnoOr<size_t> list_xattrs(std::span<char> out) override;

 private:
  friend class Tmpfs;
  // Linux's tmpfs shows directories as if each entry took so much.
  static constexpr uint64_t kEntrySize = 20;
  static constexpr uint32_t kMaxLinks = 0x7fff'ffff;

  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&... args);
  TmpfsNode(Tmpfs& file_system, const NewNode& what, uint32_t seals);
  ~TmpfsNode() override;

  Tmpfs& tmpfs() const { return static_cast<Tmpfs&>(file_system()); }
  ErrnoOr<> reserve(uint64_t pages) override;
  void note_usage() override;
  ErrnoOr<Xattrs*> xattrs();
  void change_entries(int entries, int subdirectories);

  std::string_view target_text_;  // of symbolic links; part of target_
  Vector<char> target_;
  uint64_t counted_pages_ = 0;  // under lock()
  UniquePtr<Xattrs> xattrs_;    // under the lock of xattrs
  SpinLock xattr_lock_{LockRank::Object};
};

}  // namespace jacinth::fs
