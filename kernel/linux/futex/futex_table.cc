#include "linux/futex/futex_table.h"

#include "hal/user.h"
#include "linux/late.h"
#include "linux/memory/linux_memory.h"
#include "vm/user_memory.h"

namespace jacinth::linux {

namespace {
constinit Late<FutexTable> the_futexes;
}

ErrnoOr<uint32_t> touch_futex(VirtAddr word) {
  uint32_t value = 0;
  const auto copied = vm::copy_in(&value, word, sizeof value);
  if (!copied) return fail(copied.error() == Status::NoMemory ? Errno::NOMEM : Errno::FAULT);
  return value;
}

ErrnoOr<> make_futex_writable(VirtAddr word) {
  vm::AddressSpace* const space = vm::AddressSpace::current();
  if (space == nullptr || !space->handle_fault(word, hal::Access::Write)) return fail(Errno::FAULT);
  return {};
}

void make_futexes() { the_futexes.make(); }
FutexTable& futexes() { return *the_futexes; }

ErrnoOr<FutexWord> FutexWord::find(LinuxMemory& memory, VirtAddr address, bool shared) {
  if (raw(address) % sizeof(uint32_t) != 0) return fail(Errno::INVAL);
  FutexWord word{.address = address, .key = {&memory, raw(address)}, .keeper = nullptr};
  const hal::UserRange range = hal::user_range();
  if (raw(address) >= raw(range.base) + range.size) return fail(Errno::FAULT);
  if (!shared) return word;
  auto mapping = memory.space()->mapping_of(address);
  if (!mapping) return fail(Errno::FAULT);
  if ((mapping->note.tag & mapping_tag::kShared) == 0) return word;
  word.key = {mapping->vmo.get(), mapping->vmo_offset + (address - mapping->base)};
  word.keeper = std::move(mapping->vmo);
  return word;
}

uint32_t FutexTable::bucket_of(const FutexKey& key) {
  // Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4).
  const uint64_t mixed =
      (reinterpret_cast<uintptr_t>(key.space) / 64 + key.offset / 4) * 0x9e37'79b9'7f4a'7c15;
  return static_cast<uint32_t>(mixed >> 56) % kBuckets;
}

ErrnoOr<> FutexTable::enter(Sleeper& sleeper, const FutexWord& word, uint32_t expected) {
  const uint32_t index = bucket_of(word.key);
  sleeper.key = word.key;
  sleeper.bucket.store(index, std::memory_order_relaxed);
  Bucket& bucket = buckets_[index];
  LockGuard guard(bucket.lock);
  uint32_t value = 0;
  if (!hal::load_user_u32(word.address, &value)) return fail(Errno::FAULT);
  if (value != expected) return fail(Errno::AGAIN);
  bucket.sleepers.push_back(sleeper);
  return {};
}

exec::Task<ErrnoOr<>> FutexTable::wait(FutexWord word, uint32_t expected, uint32_t bits,
                                       Instant deadline) {
  for (;;) {
    CO_TRY(touch_futex(word.address));
    exec::Waiter waiter;
    Sleeper sleeper(waiter);
    sleeper.bits = bits;
    const auto entered = enter(sleeper, word, expected);
    // The page went again since: another CPU unmapped it, or took a snapshot.
    if (!entered && entered.error() == Errno::FAULT) continue;
    if (!entered) co_return entered;
    const Status status = co_await waiter.wait(deadline);
    leave(sleeper);
    if (status == Status::Ok) co_return ErrnoOr<>();
    co_return fail(status == Status::TimedOut ? Errno::TIMEDOUT : Errno::INTR);
  }
}

// A requeue may move the sleeper until its bucket's lock is held.
bool FutexTable::leave(Sleeper& sleeper) {
  for (unsigned rounds = 0;; spin_relax(rounds++)) {
    const uint32_t index = sleeper.bucket.load(std::memory_order_acquire);
    if (index == kMoving) continue;
    Bucket& bucket = buckets_[index];
    LockGuard guard(bucket.lock);
    if (index != sleeper.bucket.load(std::memory_order_relaxed)) continue;
    if (sleeper.link.is_linked()) bucket.sleepers.erase(bucket.sleepers.iterator_to(sleeper));
    return sleeper.woken;
  }
}

uint32_t FutexTable::wake_locked(Bucket& bucket, const FutexKey& key, uint32_t count,
                                 uint32_t bits) {
  uint32_t woken = 0;
  for (auto at = bucket.sleepers.begin(); at != bucket.sleepers.end() && woken < count;) {
    Sleeper& sleeper = *at++;
    if (sleeper.key != key || (sleeper.bits & bits) == 0 || sleeper.wants_to_own()) continue;
    bucket.sleepers.erase(bucket.sleepers.iterator_to(sleeper));
    sleeper.woken = sleeper.waiter.finish(Status::Ok);
    if (sleeper.woken) ++woken;
  }
  return woken;
}

uint32_t FutexTable::wake(const FutexKey& key, uint32_t count, uint32_t bits) {
  Bucket& bucket = buckets_[bucket_of(key)];
  LockGuard guard(bucket.lock);
  return wake_locked(bucket, key, count, bits);
}

void FutexTable::Sleeper::arrive_at(const FutexKey& word, bool to_own) {
  key = word;
  if (!to_own) return;
  owner_to_be = self;
  target = nullptr;
}

// Two buckets have one rank, so their locks are taken one after the other; in between the sleeper
// belongs to neither, and leave() waits for its arrival.
bool FutexTable::move_one(Bucket& from, const FutexKey& key, const FutexKey& to_key, bool to_own) {
  const uint32_t to_index = bucket_of(to_key);
  Sleeper* moving = nullptr;
  {
    LockGuard guard(from.lock);
    for (Sleeper& sleeper : from.sleepers) {
      const bool wanted =
          to_own ? sleeper.target != nullptr && *sleeper.target == to_key : !sleeper.wants_to_own();
      if (sleeper.key != key || !wanted) continue;
      moving = &sleeper;
      break;
    }
    if (moving == nullptr) return false;
    from.sleepers.erase(from.sleepers.iterator_to(*moving));
    moving->bucket.store(kMoving, std::memory_order_release);
  }
  Bucket& to = buckets_[to_index];
  LockGuard guard(to.lock);
  moving->arrive_at(to_key, to_own);
  to.sleepers.push_back(*moving);
  moving->bucket.store(to_index, std::memory_order_release);
  return true;
}

ErrnoOr<FutexTable::Requeued> FutexTable::requeue(const Requeue& request) {
  Bucket& from = buckets_[bucket_of(request.from.key)];
  const bool same_bucket = &from == &buckets_[bucket_of(request.to.key)];
  if (request.compares) TRY(touch_futex(request.from.address));
  Requeued result;
  {
    LockGuard guard(from.lock);
    uint32_t value = 0;
    if (request.compares) {
      if (!hal::load_user_u32(request.from.address, &value)) return fail(Errno::FAULT);
      if (value != request.expected) return fail(Errno::AGAIN);
    }
    result.woken = wake_locked(from, request.from.key, request.wake, kAnyBits);
    for (Sleeper& sleeper : from.sleepers) {
      if (!same_bucket || result.moved >= request.move) break;
      if (sleeper.key != request.from.key || sleeper.wants_to_own()) continue;
      sleeper.arrive_at(request.to.key, false);
      ++result.moved;
    }
  }
  if (same_bucket) return result;
  while (result.moved < request.move && move_one(from, request.from.key, request.to.key, false))
    ++result.moved;
  return result;
}

namespace {

struct WakeOperation {
  uint32_t operation, comparison;
  int32_t operand, compared;
};

WakeOperation decode(uint32_t encoded) {
  constexpr uint32_t kShifted = 8;
  auto signed12 = [](uint32_t bits) { return static_cast<int32_t>(bits << 20) >> 20; };
  WakeOperation decoded{.operation = encoded >> 28 & 7,
                        .comparison = encoded >> 24 & 15,
                        .operand = signed12(encoded >> 12 & 0xfff),
                        .compared = signed12(encoded & 0xfff)};
  if ((encoded >> 28 & kShifted) != 0)
    decoded.operand = static_cast<int32_t>(1u << (decoded.operand & 31));
  return decoded;
}

ErrnoOr<uint32_t> apply(const WakeOperation& how, uint32_t old) {
  const auto operand = static_cast<uint32_t>(how.operand);
  switch (how.operation) {
    case 0:
      return operand;
    case 1:
      return old + operand;
    case 2:
      return old | operand;
    case 3:
      return old & ~operand;
    case 4:
      return old ^ operand;
    default:
      return fail(Errno::NOSYS);
  }
}

ErrnoOr<bool> compares(const WakeOperation& how, uint32_t old_bits) {
  const auto old = static_cast<int32_t>(old_bits);
  switch (how.comparison) {
    case 0:
      return old == how.compared;
    case 1:
      return old != how.compared;
    case 2:
      return old < how.compared;
    case 3:
      return old <= how.compared;
    case 4:
      return old > how.compared;
    case 5:
      return old >= how.compared;
    default:
      return fail(Errno::NOSYS);
  }
}

}  // namespace

ErrnoOr<uint32_t> FutexTable::wake_op(const FutexWord& first, const FutexWord& second,
                                      uint32_t count, uint32_t second_count, uint32_t operation) {
  const WakeOperation how = decode(operation);
  uint32_t old = TRY(touch_futex(second.address));
  for (;;) {
    const uint32_t changed = TRY(apply(how, old));
    uint32_t found = old;
    if (!hal::compare_exchange_user_u32(second.address, &found, changed)) {
      TRY(make_futex_writable(second.address));
    } else if (found == old) {
      break;
    }
    old = found;
  }
  const bool also = TRY(compares(how, old));
  uint32_t woken = wake(first.key, count);
  if (also) woken += wake(second.key, second_count);
  return woken;
}

}  // namespace jacinth::linux
