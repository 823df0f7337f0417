#include "fs/file_locks.h"

#include <algorithm>

#include "base/spinlock.h"
#include "fs/node.h"

namespace jacinth::fs {

namespace {

constinit SpinLock all_locks{LockRank::Object};

bool overlap(const FileLock& one, const FileLock& other) {
  return one.first <= other.last && other.first <= one.last;
}
bool conflict_with(const FileLock& held, const FileLock& wanted) {
  return held.owner != wanted.owner && overlap(held, wanted) &&
         (held.kind == FileLock::Kind::Exclusive || wanted.kind == FileLock::Kind::Exclusive);
}
bool touch(const FileLock& one, const FileLock& other) {
  return overlap(one, other) || one.last + 1 == other.first || other.last + 1 == one.first;
}

}  // namespace

// Everyone who waits for a record lock, whatever the node. Under all_locks.
constinit FileLocks::Request* FileLocks::all_waiting_ = nullptr;

FileLocks::~FileLocks() { ASSERT(waiting_.empty()); }

const FileLock* FileLocks::find_conflict(const Locks& locks, const FileLock& wanted) {
  const auto found = std::ranges::find_if(
      locks, [&](const FileLock& held) { return conflict_with(held, wanted); });
  return found == locks.end() ? nullptr : found;
}

// Cuts the range out of the owner's other locks, and puts the new one in, joined with its
// neighbours of the same kind.
ErrnoOr<> FileLocks::replace(Locks& locks, FileLock lock) {
  TRY(to_errno(locks.reserve(locks.size() + 2)));
  for (size_t i = 0; i < locks.size();) {
    FileLock& held = locks[i];
    const bool joins = held.kind == lock.kind && touch(held, lock);
    if (held.owner != lock.owner || (!joins && !overlap(held, lock))) {
      ++i;
      continue;
    }
    if (joins) {
      lock.first = std::min(lock.first, held.first);
      lock.last = std::max(lock.last, held.last);
    } else {
      FileLock after = held;
      after.first = lock.last + 1;
      if (held.last > lock.last) static_cast<void>(locks.push_back(after));
      FileLock& before = locks[i];
      if (before.first < lock.first) {
        before.last = lock.first - 1;
        ++i;
        continue;
      }
    }
    locks.erase(i);
  }
  if (lock.kind != FileLock::Kind::None) TRY(to_errno(locks.push_back(lock)));
  return {};
}

ErrnoOr<> FileLocks::try_set(Space space, const FileLock& lock, const void** blocker) {
  Locks& locks = in(space);
  const bool unlocks = lock.kind == FileLock::Kind::None;
  // flock() gives up what it has before it asks for something else.
  if (space == Space::Whole && !unlocks) {
    const auto same = [&](const FileLock& held) { return held.owner == lock.owner; };
    if (auto held = std::ranges::find_if(locks, same);
        held != locks.end() && held->kind != lock.kind) {
      locks.erase(static_cast<size_t>(held - locks.begin()));
      wake();
    }
  }
  if (const FileLock* other = unlocks ? nullptr : find_conflict(locks, lock); other != nullptr) {
    *blocker = other->owner;
    return fail(Errno::AGAIN);
  }
  TRY(replace(locks, lock));
  // A weaker lock may be what others wait for.
  if (lock.kind != FileLock::Kind::Exclusive) wake();
  return {};
}

void FileLocks::wake() {
  for (Request& request : waiting_) request.waiter.finish(Status::Ok);
}

exec::Eventually<ErrnoOr<>> FileLocks::set(RefPtr<Node> node, Space space, const FileLock& lock,
                                           Wait wait, bool detects_deadlocks) {
  const void* blocker = nullptr;
  ErrnoOr<> done;
  {
    LockGuard guard(all_locks);
    done = try_set(space, lock, &blocker);
  }
  if (done || done.error() != Errno::AGAIN || wait == Wait::No) return done;
  return wait_and_set(std::move(node), space, lock, detects_deadlocks);
}

// Whether `blocker`, by a chain of waits, waits for `owner`. An owner may wait in several threads.
bool FileLocks::would_deadlock(const void* owner, const void* blocker, unsigned depth) {
  if (blocker == owner) return true;
  if (depth == kLongestChain) return false;
  for (const Request* at = all_waiting_; at != nullptr; at = at->next_of_all) {
    if (at->wanted.owner == blocker && would_deadlock(owner, at->blocker, depth + 1)) return true;
  }
  return false;
}

void FileLocks::forget(Request& request) {
  Request** link = &all_waiting_;
  while (*link != &request) link = &(*link)->next_of_all;
  *link = request.next_of_all;
}

exec::Task<ErrnoOr<>> FileLocks::wait_and_set(RefPtr<Node> node, Space space, FileLock lock,
                                              bool detects_deadlocks) {
  for (;;) {
    exec::Waiter waiter;
    Request request{.waiter = waiter, .wanted = lock};
    {
      LockGuard guard(all_locks);
      const ErrnoOr<> done = try_set(space, lock, &request.blocker);
      if (done || done.error() != Errno::AGAIN) co_return done;
      if (detects_deadlocks && would_deadlock(lock.owner, request.blocker, 0))
        co_return fail(Errno::DEADLK);
      waiting_.push_back(request);
      if (detects_deadlocks) request.next_of_all = std::exchange(all_waiting_, &request);
    }
    const Status status = co_await waiter.wait(kForever);
    {
      LockGuard guard(all_locks);
      waiting_.erase(waiting_.iterator_to(request));
      if (detects_deadlocks) forget(request);
    }
    if (status != Status::Ok) co_return fail(to_errno(status));
  }
}

std::optional<FileLock> FileLocks::conflict(Space space, const FileLock& wanted) {
  LockGuard guard(all_locks);
  std::optional<FileLock> first;
  for (const FileLock& held : in(space)) {
    if (conflict_with(held, wanted) && (!first || held.first < first->first)) first = held;
  }
  return first;
}

void FileLocks::release_all(const void* owner) {
  LockGuard guard(all_locks);
  bool released = false;
  for (Locks& locks : locks_) {
    for (size_t i = locks.size(); i-- != 0;) {
      if (locks[i].owner != owner) continue;
      locks.erase(i);
      released = true;
    }
  }
  if (released) wake();
}

}  // namespace jacinth::fs
