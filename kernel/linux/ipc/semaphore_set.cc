#include "linux/ipc/semaphore_set.h"

#include <algorithm>

#include "linux/task/linux_process.h"

namespace jacinth::linux {

ErrnoOr<RefPtr<IpcObject>> SemaphoreSet::make(size_t count) {
  if (count == 0 || count > kMostSemaphores) return fail(Errno::INVAL);
  auto semaphores = TRY(to_errno(Vector<Semaphore>::with_size(count)));
  return RefPtr<IpcObject>(TRY(to_errno(make_ref<SemaphoreSet>(std::move(semaphores)))));
}

// Whoever waits looks again for itself: what it needs may be several semaphores.
void SemaphoreSet::wake() {
  while (!sleepers_.empty()) {
    Sleeper& sleeper = sleepers_.front();
    sleepers_.pop_front();
    sleeper.waiter.finish(Status::Ok);
  }
}

void SemaphoreSet::wake_everyone() {
  LockGuard guard(lock_);
  wake();
}

ErrnoOr<> SemaphoreSet::remember(int32_t process, uint16_t index, int32_t change) {
  for (Undo& undo : undos_) {
    if (undo.process != process || undo.index != index) continue;
    if (undo.change + change > kMostValue || undo.change + change < -kMostValue - 1)
      return fail(Errno::RANGE);
    undo.change += change;
    return {};
  }
  return to_errno(undos_.push_back({process, index, change}));
}

// `blocked`, if there is one, learns what is in the way.
ErrnoOr<> SemaphoreSet::try_locked(LinuxProcess& process,
                                   std::span<const SemaphoreOperation> operations,
                                   Sleeper* blocked) {
  size_t done = 0;
  ErrnoOr<> outcome;
  for (; done < operations.size(); ++done) {
    const SemaphoreOperation& operation = operations[done];
    Semaphore& semaphore = semaphores_[operation.index];
    const int32_t after = semaphore.value + operation.change;
    const bool waits = operation.change == 0 ? semaphore.value != 0 : after < 0;
    if (waits) {
      outcome = fail(Errno::AGAIN);
      if (blocked != nullptr) {
        blocked->index = operation.index;
        blocked->for_zero = operation.change == 0;
        // An operation that may not wait fails the whole call.
        if ((operation.flags & ipc_flag::kNoWait) != 0) outcome = fail(Errno::BUSY);
      }
    } else if (after > kMostValue) {
      outcome = fail(Errno::RANGE);
    } else if ((operation.flags & kUndo) != 0 && operation.change != 0) {
      outcome = remember(process.id(), operation.index, -operation.change);
    }
    if (!outcome) break;
    semaphore.value = after;
  }
  if (outcome) {
    for (const SemaphoreOperation& operation : operations)
      semaphores_[operation.index].pid = process.id();
    return outcome;
  }
  while (done-- > 0) {
    const SemaphoreOperation& operation = operations[done];
    semaphores_[operation.index].value -= operation.change;
    // The entry is there already: this cannot fail.
    if ((operation.flags & kUndo) != 0 && operation.change != 0)
      (void)remember(process.id(), operation.index, operation.change);
  }
  return outcome;
}

ErrnoOr<> SemaphoreSet::try_all(LinuxProcess& process,
                                std::span<const SemaphoreOperation> operations) {
  for (const SemaphoreOperation& operation : operations) {
    if (operation.index >= count_) return fail(Errno::FBIG);
  }
  {
    LockGuard guard(lock_);
    if (is_removed()) return fail(Errno::IDRM);
    TRY(try_locked(process, operations, nullptr));
    wake();
  }
  operated_at_ = ipc_now();
  return {};
}

exec::Task<ErrnoOr<>> SemaphoreSet::do_all(RefPtr<SemaphoreSet> set, LinuxProcess& process,
                                           Vector<SemaphoreOperation> operations,
                                           Instant deadline) {
  for (;;) {
    Sleeper sleeper;
    ErrnoOr<> done;
    {
      LockGuard guard(set->lock_);
      if (set->is_removed()) co_return fail(Errno::IDRM);
      done = set->try_locked(process, operations, &sleeper);
      if (done) set->wake();
      if (!done && done.error() == Errno::AGAIN) set->sleepers_.push_back(sleeper);
    }
    if (done) set->operated_at_ = ipc_now();
    if (!done && done.error() == Errno::BUSY) co_return fail(Errno::AGAIN);
    if (done || done.error() != Errno::AGAIN) co_return done;
    const Status status = co_await sleeper.waiter.wait(deadline);
    LockGuard guard(set->lock_);
    if (sleeper.link.is_linked()) set->sleepers_.erase(set->sleepers_.iterator_to(sleeper));
    if (status == Status::Ok) continue;
    if (set->is_removed()) co_return fail(Errno::IDRM);
    co_return fail(status == Status::TimedOut ? Errno::AGAIN : Errno::INTR);
  }
}

SemaphoreSet::Value SemaphoreSet::get(size_t index) {
  LockGuard guard(lock_);
  return {.value = semaphores_[index].value, .pid = semaphores_[index].pid};
}

ErrnoOr<> SemaphoreSet::set(LinuxProcess& process, size_t index, int32_t value) {
  if (value < 0 || value > kMostValue) return fail(Errno::RANGE);
  note_change();
  LockGuard guard(lock_);
  semaphores_[index] = {.value = value, .pid = process.id()};
  // What was done before it was set is not taken back any more.
  for (Undo& undo : undos_) {
    if (undo.index == index) undo.change = 0;
  }
  wake();
  return {};
}

ErrnoOr<> SemaphoreSet::set_all(LinuxProcess& process, std::span<const uint16_t> values) {
  if (std::ranges::any_of(values, [](uint16_t value) { return value > kMostValue; }))
    return fail(Errno::RANGE);
  note_change();
  LockGuard guard(lock_);
  for (size_t i = 0; i < values.size(); ++i)
    semaphores_[i] = {.value = values[i], .pid = process.id()};
  for (Undo& undo : undos_) undo.change = 0;
  wake();
  return {};
}

uint32_t SemaphoreSet::waiting(size_t index, bool for_zero) {
  LockGuard guard(lock_);
  uint32_t count = 0;
  for (const Sleeper& sleeper : sleepers_) {
    if (sleeper.index == index && sleeper.for_zero == for_zero) ++count;
  }
  return count;
}

void SemaphoreSet::undo(int32_t process) {
  LockGuard guard(lock_);
  bool changed = false;
  for (size_t i = undos_.size(); i-- > 0;) {
    const Undo undo = undos_[i];
    if (undo.process != process) continue;
    Semaphore& semaphore = semaphores_[undo.index];
    semaphore.value = std::clamp(semaphore.value + undo.change, 0, kMostValue);
    semaphore.pid = process;
    undos_.erase(i);
    changed = true;
  }
  if (changed) wake();
}

}  // namespace jacinth::linux
