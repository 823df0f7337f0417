#include "fs/path.h"

#include <cstring>

#include "fs/epoch.h"
#include "fs/mount.h"

namespace jacinth::fs {

Path::Path() = default;
Path::Path(RefPtr<Mount> m, RefPtr<Dentry> d) : mount(std::move(m)), dentry(std::move(d)) {}
Path::Path(const Path&) = default;
Path::Path(Path&&) noexcept = default;
Path& Path::operator=(const Path&) = default;
Path& Path::operator=(Path&&) noexcept = default;
// The dentry first: the mount may be what keeps its file system's tree up.
Path::~Path() {
  dentry.reset();
  mount.reset();
}

void BorrowedPath::point_to(Mount* mount, Dentry* dentry) {
  (void)path_.mount.leak();
  (void)path_.dentry.leak();
  path_.mount = RefPtr<Mount>::adopt(mount);
  path_.dentry = RefPtr<Dentry>::adopt(dentry);
}
BorrowedPath::~BorrowedPath() { point_to(nullptr, nullptr); }

namespace {

// Text that grows towards the front of a buffer.
class Backwards {
 public:
  explicit Backwards(std::span<char> buffer)
      : buffer_(buffer), begin_(buffer.data() + buffer.size()) {}
  bool prepend(std::string_view text) {
    if (text.size() > static_cast<size_t>(begin_ - buffer_.data())) return false;
    begin_ -= text.size();
    memcpy(begin_, text.data(), text.size());
    return true;
  }
  std::string_view view() const {
    return {begin_, static_cast<size_t>(buffer_.data() + buffer_.size() - begin_)};
  }

 private:
  const std::span<char> buffer_;
  char* begin_;
};

}  // namespace

ErrnoOr<std::string_view> describe(const Path& path, const Path& root, std::span<char> buffer,
                                   bool* reachable) {
  Backwards text(buffer);
  Epoch::Reading reading;
  const bool deleted = !path.dentry->is_root() && !path.dentry->named();
  if (deleted && !text.prepend(" (deleted)")) return fail(Errno::NAMETOOLONG);
  const size_t suffix = text.view().size();
  Mount* mount = path.mount.get();
  const Dentry* at = path.dentry.get();
  bool found_root = true;
  while (!(at == root.dentry.get() && mount == root.mount.get())) {
    if (at == &mount->root() || at->is_root()) {
      const MountTable::Point point = MountTable::point_of(*mount);
      if (point.dentry == nullptr) {
        found_root = false;
        break;
      }
      mount = point.mount;
      at = point.dentry;
      continue;
    }
    const DentryPlace& place = at->place();
    if (!text.prepend(place.name()) || !text.prepend("/")) return fail(Errno::NAMETOOLONG);
    at = place.directory();
  }
  if (text.view().size() == suffix && !text.prepend("/")) return fail(Errno::NAMETOOLONG);
  if (reachable != nullptr) *reachable = found_root;
  return text.view();
}

}  // namespace jacinth::fs
