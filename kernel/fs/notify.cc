#include "fs/notify.h"

#include "fs/path.h"

namespace jacinth::fs {

namespace {
constinit std::atomic<uint32_t> watches_alive{0};
}

void Watch::start(Node& node) {
  watches_alive.fetch_add(1, std::memory_order_relaxed);
  LockGuard guard(node.lock_);
  node.watches_.push_back(*this);
  node.watched_.store(true, std::memory_order_relaxed);
}

void Watch::stop(Node& node) {
  LockGuard guard(node.lock_);
  if (!link_.is_linked()) return;
  node.watches_.erase(node.watches_.iterator_to(*this));
  node.watched_.store(!node.watches_.empty(), std::memory_order_relaxed);
  watches_alive.fetch_sub(1, std::memory_order_relaxed);
}

void notify_directory(const Path& path, uint32_t events) {
  if (watches_alive.load(std::memory_order_relaxed) == 0 || !path) [[likely]]
    return;
  if (path.node().is_directory()) events |= event::kIsDirectory;
  Epoch::Reading reading;
  const DentryPlace& place = path.dentry->place();
  if (place.directory() == nullptr) return;
  place.directory()->node().notify(events, place.name());
}

}  // namespace jacinth::fs
