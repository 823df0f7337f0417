#include "object/sync/futex.h"

#include "hal/clock.h"

namespace jacinth {
namespace {

// Between the functions here alone: no error of the caller's is this one.
constexpr Status kMustFault = Status::ShouldWait;

}  // namespace

FutexContext::~FutexContext() { DEBUG_ASSERT(queues_.empty()); }

// --- queues ---

FutexContext::Queue& FutexContext::append(Queue* queue, Party& party, FutexKey key) {
  if (queue == nullptr) {
    queue = &static_cast<Sleeper&>(party).spare;
    queue->key = key;
    queues_.insert(*queue);
  }
  party.key = key;
  party.thread.waiting_ = &party;
  queue->parties.push_back(party);
  return *queue;
}

FutexContext::Queue* FutexContext::remove(Queue& queue, Party& party) {
  queue.parties.erase(queue.parties.iterator_to(party));
  party.thread.waiting_ = nullptr;
  if (queue.parties.empty()) {
    set_owner(queue, nullptr);
    queues_.erase(queue);
    return nullptr;
  }
  if (&queue != &static_cast<Sleeper&>(party).spare) return &queue;
  // The party takes its queue along: the others move into that of the next in line.
  Queue& heir = static_cast<Sleeper&>(queue.parties.front()).spare;
  heir.key = queue.key;
  heir.parties.swap(queue.parties);
  queues_.replace(queue, heir);
  FutexThread* const owner = queue.owner;
  set_owner(queue, nullptr);
  set_owner(heir, owner);
  return &heir;
}

void FutexContext::set_owner(Queue& queue, FutexThread* owner) {
  if (owner != nullptr && owner->exited_) owner = nullptr;
  if (queue.owner != nullptr) queue.owner->owned_.erase(queue.owner->owned_.iterator_to(queue));
  queue.owner = owner;
  if (owner != nullptr) owner->owned_.push_back(queue);
}

FutexThread* FutexContext::wake_first(Queue*& queue) {
  while (queue != nullptr) {
    Party& first = queue->parties.front();
    queue = remove(*queue, first);
    if (first.waiter.finish(Status::Ok)) return &first.thread;
  }
  return nullptr;
}

// --- wait ---

Status FutexContext::check(FutexWord word, uint32_t expected, const Result<FutexOwner>& owner) {
  uint32_t value = 0;
  if (!memory_.load(word.address, &value)) return kMustFault;
  if (value != expected) return Status::BadState;
  if (!owner) return owner.error();
  const FutexThread* thread = owner->thread;
  if (thread != nullptr && thread->waiting_ != nullptr && thread->waiting_->key == word.key)
    return Status::InvalidArgs;
  return Status::Ok;
}

exec::Eventually<Status> FutexContext::wait(FutexThread& self, FutexWord word, uint32_t expected,
                                            Result<FutexOwner> owner, Instant deadline,
                                            exec::Slack slack) {
  if (!word.valid()) return Status::InvalidArgs;
  // What is wrong at any moment of the call may be called wrong without the lock.
  uint32_t value = 0;
  if (memory_.load(word.address, &value) && value != expected) return Status::BadState;
  if (hal::has_passed(deadline)) {
    LockGuard guard(lock_);
    const Status status = check(word, expected, owner);
    if (status == Status::Ok) {
      if (Queue* queue = queues_.find(word.key)) set_owner(*queue, owner->thread);
      return Status::TimedOut;
    }
    if (status != kMustFault) return status;
  }
  return wait_slowly(self, word, expected, std::move(owner), deadline, slack);
}

exec::Task<Status> FutexContext::wait_slowly(FutexThread& self, FutexWord word, uint32_t expected,
                                             Result<FutexOwner> owner, Instant deadline,
                                             exec::Slack slack) {
  for (;;) {
    {
      Sleeper sleeper(self, word.key);
      Status status = try_sleep(sleeper, word, expected, owner);
      if (status == Status::Ok) {
        status = co_await sleeper.waiter.wait(deadline, slack);
        leave(sleeper);
        co_return status;
      }
      if (status != kMustFault) co_return status;
    }
    const Status status = co_await memory_.fault_in(word.address);
    if (status != Status::Ok) co_return status;
  }
}

Status FutexContext::try_sleep(Sleeper& sleeper, FutexWord word, uint32_t expected,
                               const Result<FutexOwner>& owner) {
  LockGuard guard(lock_);
  const Status status = check(word, expected, owner);
  if (status != Status::Ok) return status;
  set_owner(append(queues_.find(word.key), sleeper, word.key), owner->thread);
  return Status::Ok;
}

void FutexContext::leave(Party& party) {
  LockGuard guard(lock_);
  if (party.link.is_linked()) remove(*queues_.find(party.key), party);
}

// --- wake ---

Result<uint32_t> FutexContext::wake(FutexWord word, uint32_t count) {
  if (!word.valid()) return fail(Status::InvalidArgs);
  LockGuard guard(lock_);
  Queue* queue = queues_.find(word.key);
  uint32_t woken = 0;
  while (woken < count && wake_first(queue) != nullptr) ++woken;
  if (queue != nullptr) set_owner(*queue, nullptr);
  return woken;
}

Result<> FutexContext::wake_single_owner(FutexWord word) {
  if (!word.valid()) return fail(Status::InvalidArgs);
  LockGuard guard(lock_);
  Queue* queue = queues_.find(word.key);
  FutexThread* const woken = wake_first(queue);
  if (queue != nullptr) set_owner(*queue, woken);
  return {};
}

// --- requeue ---

exec::Eventually<Status> FutexContext::requeue(Requeue request) {
  if (!request.from.valid() || !request.to.valid() || request.from.key == request.to.key)
    return Status::InvalidArgs;
  const Status status = try_requeue(request);
  if (status != kMustFault) return status;
  return requeue_slowly(std::move(request));
}

exec::Task<Status> FutexContext::requeue_slowly(Requeue request) {
  for (;;) {
    Status status = co_await memory_.fault_in(request.from.address);
    if (status != Status::Ok) co_return status;
    status = try_requeue(request);
    if (status != kMustFault) co_return status;
  }
}

Status FutexContext::try_requeue(const Requeue& request) {
  LockGuard guard(lock_);
  const Status status = check(request.from, request.expected, request.owner);
  if (status != Status::Ok) return status;
  FutexThread* const owner = request.owner->thread;
  if (owner != nullptr && owner->waiting_ != nullptr && owner->waiting_->key == request.to.key)
    return Status::InvalidArgs;

  Queue* from = queues_.find(request.from.key);
  Queue* to = queues_.find(request.to.key);
  FutexThread* woken = nullptr;
  for (uint32_t i = 0; i < request.wake; ++i) {
    FutexThread* const next = wake_first(from);
    if (next == nullptr) break;
    woken = next;
  }
  for (uint32_t moved = 0; moved < request.move && from != nullptr;) {
    Party& first = from->parties.front();
    from = remove(*from, first);
    if (first.waiter.finished()) continue;  // it has given up and is about to leave
    to = &append(to, first, request.to.key);
    ++moved;
  }
  if (from != nullptr) set_owner(*from, request.single_owner ? woken : nullptr);
  if (to != nullptr) set_owner(*to, owner);
  return Status::Ok;
}

// --- owners ---

Result<Koid> FutexContext::owner(FutexWord word) {
  if (!word.valid()) return fail(Status::InvalidArgs);
  LockGuard guard(lock_);
  const Queue* queue = queues_.find(word.key);
  return queue != nullptr && queue->owner != nullptr ? queue->owner->koid() : kNoKoid;
}

void FutexContext::thread_exited(FutexThread& thread) {
  LockGuard guard(lock_);
  thread.exited_ = true;
  while (!thread.owned_.empty()) set_owner(thread.owned_.front(), nullptr);
}

}  // namespace jacinth
