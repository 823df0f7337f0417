// Paths that programs pass, and where their walks begin.
#pragma once

#include <string_view>

#include "fs/path_walk.h"
#include "linux/syscall_context.h"
#include "linux/task/credentials.h"

namespace jacinth::linux {

// A path copied in; large, so for the stacks of plain functions only.
struct PathBuffer {
  char text[fs::kMaxPath];
  size_t length = 0;
  std::string_view view() const { return {text, length}; }
};

// NAMETOOLONG, FAULT.
ErrnoOr<std::string_view> read_path(UserIn<char> from, PathBuffer& buffer);
// The same for other strings: `too_long` when it does not fit with its NUL.
ErrnoOr<std::string_view> read_string(UserIn<char> from, std::span<char> buffer, Errno too_long);

// Where the calling task's walk of a path begins.
class WalkStart {
 public:
  // `dir`: kAtCwd or a directory's descriptor, which an absolute path does not look at unless
  // `walk_flags` make it the root. BADF; NOTDIR.
  static ErrnoOr<WalkStart> make(SyscallContext& ctx, int32_t dir, std::string_view path,
                                 uint32_t walk_flags = 0);
  // With the real numbers in place of the effective ones: what access() asks about.
  void use_real_ids();

  // Valid as long as this stays where it is.
  fs::WalkFrom from() {
    view_ = who_.for_files();
    return {.root = root_, .base = base_, .who = view_};
  }
  const fs::Credentials& who() {
    view_ = who_.for_files();
    return view_;
  }
  const fs::Path& root() const { return root_; }

 private:
  fs::Path root_;
  fs::Path base_;
  CredentialSet who_;
  fs::Credentials view_;
};

// The caller's credentials as the file layer wants them.
struct Who {
  explicit Who(SyscallContext& ctx);
  const fs::Credentials& view() {
    view_ = set.for_files();
    return view_;
  }
  CredentialSet set;

 private:
  fs::Credentials view_;
};

}  // namespace jacinth::linux
