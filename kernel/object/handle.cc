#include "object/handle.h"

#include <atomic>

namespace jacinth {
namespace {

constinit std::atomic<HandleTag> next_tag{1};

}  // namespace

HandleTag Handle::wait_tag() {
  if (tag_ == 0) tag_ = next_tag.fetch_add(1, std::memory_order_relaxed);
  return tag_;
}

[[gnu::noinline]] void Handle::end_those_waits() { object_->handle_closed(std::exchange(tag_, 0)); }

void Handle::close() {
  if (!object_) return;
  end_waits();
  RefPtr<KernelObject> object = std::move(object_);
  rights_ = 0;
  object->remove_handle();
}

}  // namespace jacinth
