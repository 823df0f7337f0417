// Paths that programs pass, and where their walks begin.
#pragma once

#include <string_view>

#include "fs/file.h"
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

// Where the calling task's walk of a path begins. Reads an epoch as long as it lives, so it is for
// plain functions only, and takes no references.
class WalkStart {
 public:
  explicit WalkStart(SyscallContext& ctx);

  // `dir`: kAtCwd or a directory's descriptor, which an absolute path does not look at unless
  // `walk_flags` make it the root. BADF; NOTDIR.
  ErrnoOr<> at(int32_t dir, std::string_view path, uint32_t walk_flags = 0);
  // With the real numbers in place of the effective ones: what access() asks about.
  void use_real_ids();

  fs::WalkFrom from() {
    return {.root = root_.get(), .base = file_ ? file_->path() : base_.get(), .who = who()};
  }
  const fs::Credentials& who() {
    view_ = who_.for_files();
    return view_;
  }

 private:
  SyscallContext& ctx_;
  const fs::Epoch::Reading reading_;
  fs::BorrowedPath root_;
  fs::BorrowedPath base_;
  RefPtr<fs::File> file_;  // whose path is the base instead
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
