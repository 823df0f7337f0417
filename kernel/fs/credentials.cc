#include "fs/credentials.h"

#include <algorithm>

#include "fs/node.h"

namespace jacinth::fs {

bool Credentials::in_group(uint32_t id) const {
  return id == group || std::ranges::find(groups, id) != groups.end();
}

bool Credentials::owns(const Node& node) const {
  return user == node.user() || has(capability::kOwner);
}

ErrnoOr<> check_access(const Node& node, const Credentials& who, uint32_t wanted) {
  const uint32_t mode = node.mode();
  // The first class that fits decides, even where a later one would allow more.
  uint32_t allowed = mode;
  if (who.user == node.user()) {
    allowed = mode >> 6;
  } else if (who.in_group(node.group())) {
    allowed = mode >> 3;
  }
  if ((wanted & ~allowed & 7) == 0) return {};
  if (node.is_directory()) {
    const bool reading = (wanted & access::kWrite) == 0;
    if (reading && who.has(capability::kDacReadSearch)) return {};
    if (who.has(capability::kDacOverride)) return {};
    return fail(Errno::ACCES);
  }
  if (wanted == access::kRead && who.has(capability::kDacReadSearch)) return {};
  const bool executable = (mode & mode::kAllExecute) != 0;
  if (((wanted & access::kExecute) == 0 || executable) && who.has(capability::kDacOverride))
    return {};
  return fail(Errno::ACCES);
}

}  // namespace jacinth::fs
