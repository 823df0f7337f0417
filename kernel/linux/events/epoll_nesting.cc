// Epolls that are themselves waited for: by poll, or as members of other epolls.
#include <algorithm>

#include "exec/deferred.h"
#include "linux/events/epoll.h"
#include "linux/files/poll_events.h"

namespace jacinth::linux {
namespace {

// How many epolls can be above the lowest one.
constexpr uint32_t kDeepest = 4;
// A bound for how long looking for circles takes.
constexpr size_t kMostBelow = 1000;

// Guards who is a member of whom among epolls, so that no two additions close a circle together.
constinit SpinLock nesting_lock{LockRank::FsFile};

// Those that have something to tell: pushed from anywhere, taken as a whole.
constinit std::atomic<EpollFile*> first_telling{nullptr};

}  // namespace

// --- Circles

// The epolls among the members.
ErrnoOr<> EpollFile::push_inner(uint32_t depth, Vector<Nested>& below) {
  LockGuard guard(items_lock_);
  LockGuard list_guard(list_lock_);
  for (Item& item : items_) {
    EpollFile* const inner = item.file != nullptr ? of(*item.file) : nullptr;
    if (inner == nullptr) continue;
    if (below.size() >= kMostBelow) return fail(Errno::LOOP);
    TRY(to_errno(below.push_back({RefPtr<EpollFile>(inner), depth})));
  }
  return {};
}

// Fills `below` with `inner` and all that is below it. LOOP: this one is, or it gets too deep.
ErrnoOr<> EpollFile::check_nesting(EpollFile& inner, Vector<Nested>& below) {
  TRY(to_errno(below.push_back({RefPtr<EpollFile>(&inner), above_ + 1})));
  for (size_t i = 0; i < below.size(); ++i) {
    const RefPtr<EpollFile> at = below[i].file;
    const uint32_t depth = below[i].depth;
    if (at == this || depth > kDeepest) return fail(Errno::LOOP);
    TRY(at->push_inner(depth + 1, below));
  }
  return {};
}

ErrnoOr<> EpollFile::enter_epoll(EpollFile& inner, const Key& key, const abi::epoll_event& event) {
  if ((event.events & epoll_flag::kExclusive) != 0) return fail(Errno::INVAL);
  Vector<Nested> below;  // let go of without the lock
  LockGuard guard(nesting_lock);
  TRY(check_nesting(inner, below));
  TRY(enter(inner, key, event));
  for (const Nested& nested : below)
    nested.file->above_ = std::max(nested.file->above_, nested.depth);
  return {};
}

// --- Telling

// Under the lock of some member's signals: this file's own signal has to wait.
void EpollFile::tell_watchers() {
  static constinit exec::Deferred telling{&tell_all};
  // Nobody watches one that is going.
  if (telling_.exchange(true, std::memory_order_acq_rel)) return;
  if (!try_add_ref()) return;
  next_telling_ = first_telling.load(std::memory_order_relaxed);
  while (!first_telling.compare_exchange_weak(next_telling_, this, std::memory_order_release,
                                              std::memory_order_relaxed)) {
  }
  telling.schedule();
}

void EpollFile::tell_all() {
  EpollFile* at = first_telling.exchange(nullptr, std::memory_order_acquire);
  while (at != nullptr) {
    const RefPtr<EpollFile> file = RefPtr<EpollFile>::adopt(std::exchange(at, at->next_telling_));
    file->telling_.store(false, std::memory_order_release);
    if ((file->signals() & fs::ready::kIn) != 0) {
      file->repeat_signals(fs::ready::kIn);
    } else {
      file->update_signals(0, fs::ready::kIn);
    }
  }
}

// Whoever asks is about to observe. What has happened before is told now.
KernelObject& EpollFile::poll_object() {
  if (!watched_.exchange(true, std::memory_order_acq_rel) && listed_count() != 0)
    update_signals(0, fs::ready::kIn);
  return *this;
}

// Not all that is listed is ready still. The signal goes down before the last look, so that what
// comes after it raises it again.
Signals EpollFile::readiness() {
  for (const bool last : {false, true}) {
    if (last) update_signals(fs::ready::kIn, 0);
    for (uint32_t left = listed_count(); left != 0; --left) {
      Listed listed;
      {
        LockGuard guard(list_lock_);
        if (!take(listed)) break;
      }
      if (!listed.file) continue;
      if (to_events(listed.file->readiness(), listed.event.events) == 0) continue;
      {
        LockGuard guard(list_lock_);
        put_back(listed, false);
      }
      if (last) update_signals(0, fs::ready::kIn);
      return fs::ready::kIn;
    }
  }
  return 0;
}

}  // namespace jacinth::linux
