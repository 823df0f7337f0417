// Walking a path, text by text, to what it names.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/errno.h"
#include "fs/credentials.h"
#include "fs/path.h"
#include "fs/types.h"

namespace jacinth::fs {

// Where a walk begins. All must outlive the walk.
struct WalkFrom {
  const Path& root;  // "/" and the highest that ".." leads to
  const Path& base;  // where a relative path begins
  const Credentials& who;
};

namespace walk_flags {
inline constexpr uint32_t kFollow = 1;      // a symbolic link at the very end too
inline constexpr uint32_t kAllowEmpty = 2;  // "" is the base (AT_EMPTY_PATH), else ENOENT
inline constexpr uint32_t kDirectory = 4;   // ENOTDIR unless it ends at a directory
// openat2()'s RESOLVE_…, shifted by 8.
inline constexpr uint32_t kNoXdev = 0x100;        // EXDEV at a mount point
inline constexpr uint32_t kNoMagicLinks = 0x200;  // ELOOP
inline constexpr uint32_t kNoSymlinks = 0x400;    // ELOOP
inline constexpr uint32_t kBeneath = 0x800;       // EXDEV above the base, or at an absolute path
inline constexpr uint32_t kInRoot = 0x1000;       // the base is the root
inline constexpr uint32_t kCached = 0x2000;       // EAGAIN when the names are not in the cache
inline constexpr uint32_t kResolve = 0x3f00;
}  // namespace walk_flags

// Errors, in the order in which they are found going from left to right: ENOENT (an empty path; a
// name that is not there), EACCES (a directory may not be searched), ENOTDIR, ENAMETOOLONG, ELOOP,
// and those of walk_flags. `path` has no NUL in it; whoever copies it in checks kMaxPath.
ErrnoOr<Path> walk(const WalkFrom& from, std::string_view path, uint32_t flags);

// The directory that the last part of a path is in, and that part, for calls that make, remove or
// rename entries. Links in front of it are followed, it itself is not looked up.
struct Parent {
  enum class Last : uint8_t { Name, Root, Dot, DotDot };
  Path directory;
  Last last = Last::Root;
  bool trailing_slash = false;
  std::array<char, kMaxName + 1> buffer;  // `length` of it
  uint16_t length = 0;

  std::string_view name() const { return {buffer.data(), length}; }
};
ErrnoOr<Parent> walk_to_parent(const WalkFrom& from, std::string_view path, uint32_t flags);

}  // namespace jacinth::fs
