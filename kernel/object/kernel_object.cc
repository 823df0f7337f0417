#include "object/kernel_object.h"

#include <algorithm>

namespace jacinth {
namespace {

constinit std::atomic<Koid> next_koid{kFirstKoid};
constinit std::atomic<uint64_t> live_objects{0};

}  // namespace

KernelObject::KernelObject(Signals initial)
    : koid_(next_koid.fetch_add(1, std::memory_order_relaxed)), signals_(initial) {
  live_objects.fetch_add(1, std::memory_order_relaxed);
}

KernelObject::~KernelObject() {
  // Observers are registered through a handle, or by someone who holds a reference.
  DEBUG_ASSERT(observers_.empty());
  live_objects.fetch_sub(1, std::memory_order_relaxed);
}

uint64_t KernelObject::live_count() { return live_objects.load(std::memory_order_relaxed); }

void KernelObject::remove_handle() {
  const uint32_t before = handle_count_.fetch_sub(1, std::memory_order_acq_rel);
  DEBUG_ASSERT(before != 0);
  if (before == 1) on_zero_handles();
}

KernelObject::Observers::iterator KernelObject::link(Observers::iterator before,
                                                     SignalObserver& observer) {
  if (observer.edge_) edge_observers_.fetch_add(1, std::memory_order_relaxed);
  return observers_.insert(before, observer);
}

KernelObject::Observers::iterator KernelObject::unlink(SignalObserver& observer) {
  if (observer.edge_) edge_observers_.fetch_sub(1, std::memory_order_relaxed);
  return observers_.erase(observers_.iterator_to(observer));
}

void KernelObject::update_signals(Signals clear, Signals set) {
  LockGuard guard(signals_lock_);
  const Signals before = signals_.load(std::memory_order_relaxed);
  const Signals now = (before & ~clear) | set;
  if (now == before) return;
  signals_.store(now, std::memory_order_release);
  if (const Signals risen = now & ~before; risen != 0) tell(now, risen);
}

void KernelObject::repeat_signals(Signals which) {
  if (edge_observers_.load(std::memory_order_relaxed) == 0) return;
  LockGuard guard(signals_lock_);
  const Signals now = signals_.load(std::memory_order_relaxed);
  tell(now, now & which);
}

void KernelObject::tell(Signals now, Signals risen) {
  for (auto it = observers_.begin(); it != observers_.end();) {
    SignalObserver& observer = *it++;
    const Signals matching = (observer.edge_ ? risen : now) & observer.wanted_;
    if (matching == 0) continue;
    // Unlinked first: the observer's owner may free it once the match is told.
    const auto place = unlink(observer);
    if (observer.on_match(now) == SignalObserver::Next::Keep) link(place, observer);
  }
}

Result<> KernelObject::user_signal(Signals clear, Signals set) {
  if (!waitable()) return fail(Status::NotSupported);
  if (((clear | set) & ~user_settable_signals()) != 0) return fail(Status::InvalidArgs);
  update_signals(clear, set);
  return {};
}

bool KernelObject::add_observer(SignalObserver& observer, Signals wanted, HandleTag tag,
                                Edge edge) {
  observer.wanted_ = wanted;
  observer.edge_ = edge == Edge::Yes;
  observer.tag_ = tag;
  const Signals now = signals_.load(std::memory_order_relaxed);
  if (edge == Edge::No && (now & wanted) != 0 &&
      observer.on_match(now) == SignalObserver::Next::Remove)
    return false;
  link(observers_.end(), observer);
  return true;
}

bool KernelObject::forget(SignalObserver& observer) {
  LockGuard guard(signals_lock_);
  if (!observer.link_.is_linked()) return false;
  unlink(observer);
  return true;
}

void KernelObject::handle_closed(HandleTag tag) {
  if (tag == 0) return;
  LockGuard guard(signals_lock_);
  const Signals now = signals_.load(std::memory_order_relaxed);
  for (auto it = observers_.begin(); it != observers_.end();) {
    SignalObserver& observer = *it++;
    if (observer.tag_ != tag) continue;
    unlink(observer);
    observer.on_handle_closed(now);
  }
}

KernelObject::Name make_name(std::string_view text) {
  KernelObject::Name name{};
  text = text.substr(0, text.find('\0'));
  std::copy_n(text.begin(), std::min(text.size(), name.size() - 1), name.begin());
  return name;
}

std::string_view name_view(const KernelObject::Name& name) { return name.data(); }

}  // namespace jacinth
