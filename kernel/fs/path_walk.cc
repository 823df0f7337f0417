#include "fs/path_walk.h"

#include <algorithm>

#include "fs/walker.h"

namespace jacinth::fs {

ErrnoOr<Path> walk(const WalkFrom& from, std::string_view path, uint32_t flags) {
  for (;;) {
    Walker walker(from, flags);
    TRY(walker.run(path));
    if (auto found = walker.path()) return *std::move(found);
  }
}

ErrnoOr<Parent> walk_to_parent(const WalkFrom& from, std::string_view path, uint32_t flags) {
  for (;;) {
    Walker walker(from, flags & ~walk_flags::kAllowEmpty);
    TRY(walker.begin(path));
    TRY(walker.to_last());
    TRY(walker.check_confined());
    auto directory = walker.path();
    if (!directory) continue;
    Parent found;
    found.directory = *std::move(directory);
    found.last = walker.last();
    found.trailing_slash = walker.trailing_slash();
    if (found.last != Parent::Last::Name) return found;
    if (walker.name().size() > kMaxName) return fail(Errno::NAMETOOLONG);
    std::ranges::copy(walker.name(), found.buffer.begin());
    found.length = static_cast<uint16_t>(walker.name().size());
    return found;
  }
}

}  // namespace jacinth::fs
