// Walker: one path walk under way. Behind path_walk.h, and used directly where a path's end needs
// more than being found (open with O_CREAT), or less than references to it (stat).
#pragma once

#include <array>
#include <cstdint>
#include <new>
#include <optional>
#include <string_view>

#include "fs/epoch.h"
#include "fs/mount.h"
#include "fs/path_walk.h"

namespace jacinth::fs {

//                 ┌───────────── a link was followed ─────────────┐
//                 ▼                                               │
//     begin() ─► to_last() ─► last(), name() known ─► enter_last() ─► at the end
//
// Walks while reading an epoch, so it takes no references to what it passes.
class Walker {
 public:
  using Last = Parent::Last;

  Walker(const WalkFrom& from, uint32_t flags);
  ~Walker();
  Walker(const Walker&) = delete;
  Walker& operator=(const Walker&) = delete;

  // All of it: to the end of `path`, following a last link as the flags say.
  ErrnoOr<> run(std::string_view path);

  // Starts on `path`.
  ErrnoOr<> begin(std::string_view path);
  // Goes on until one part of the path is left, which may be searched for.
  ErrnoOr<> to_last();
  // Goes through the last part: true when it has got to the end, false when that was a link that is
  // to be followed: call to_last() again. ENOENT for a name that is not there.
  ErrnoOr<bool> enter_last(bool follow);

  // --- where it is ---
  Mount& mount() const { return *mount_; }
  Dentry& dentry() const { return *at_; }
  Node& node() const { return at_->node(); }
  // The part left to go: of a name, its text.
  Last last() const { return last_; }
  std::string_view name() const { return name_; }
  // Whether the path said by a slash at its end that it means a directory.
  bool trailing_slash() const { return trailing_slash_; }
  // A reference to where it is. Nothing when that has been removed since it was found: then walk
  // again, for a rename may have put something else in its place.
  std::optional<Path> path() const;
  // After ".." in a walk that may not leave its base: EAGAIN when something has been moved
  // meanwhile.
  ErrnoOr<> check_confined() const;

 private:
  // A text that a link has interrupted.
  struct Interrupted {
    std::string_view rest;
    RefPtr<RefCounted> keep;
  };

  bool flag(uint32_t which) const { return (flags_ & which) != 0; }
  void skip_slashes();
  std::string_view take_part();
  ErrnoOr<> may_search() const;
  ErrnoOr<> enter(Last kind, std::string_view name, bool follow, bool* followed);
  ErrnoOr<Dentry*> look_up(std::string_view name);
  ErrnoOr<> step_into(Dentry& child, bool follow, bool* followed);
  ErrnoOr<> follow_link(Node& link);
  ErrnoOr<> jump_to(Mount& mount, Dentry& dentry);
  ErrnoOr<> go_up();
  ErrnoOr<> cross_mounts();
  bool at_root() const { return at_ == root_ && mount_ == root_mount_; }
  void push(Interrupted text);
  bool pop();

  const Epoch::Reading reading_;
  const WalkFrom& from_;
  const uint32_t flags_;
  Mount* root_mount_;
  Dentry* root_;
  Mount* mount_;
  Dentry* at_;
  RefPtr<Dentry> held_;  // keeps at_, where names are on demand
  Path jumped_;          // keeps where a magic link led
  std::string_view rest_;
  RefPtr<RefCounted> keep_;  // of rest_
  Last last_ = Last::Root;
  std::string_view name_;
  bool trailing_slash_ = false;
  bool went_up_ = false;
  uint32_t links_ = 0;
  uint64_t moves_;
  uint64_t mount_changes_;
  uint32_t depth_ = 0;
  alignas(Interrupted) std::byte stack_[kMaxLinks * sizeof(Interrupted)];
};

}  // namespace jacinth::fs
