// Files that have no name in any file system: those of epoll, eventfd and their like.
#pragma once

#include <string_view>

#include "fs/file.h"

namespace jacinth::linux {

// They have no position, but seeking does not fail.
class AnonymousFile : public fs::File {
 public:
  ErrnoOr<uint64_t> seek(Whence, int64_t) override { return 0; }

 protected:
  AnonymousFile(RefPtr<fs::Node> node, uint32_t flags, Signals initial = 0)
      : File({}, std::move(node), flags, initial) {}
};

// What /proc/self/fd shows of one: "anon_inode:[eventpoll]". `what` is a literal. NOMEM.
ErrnoOr<RefPtr<fs::Node>> make_anonymous_node(std::string_view what);

}  // namespace jacinth::linux
