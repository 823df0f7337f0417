// Futexes: waiting for a word in user memory, keyed by its address.
#pragma once

#include <compare>

#include "base/intrusive_index.h"
#include "base/units.h"
#include "exec/task.h"
#include "exec/waiter.h"
#include "object/kernel_object.h"

namespace jacinth {

class FutexContext;
class FutexThread;

// What makes two words the same futex: in Zircon the address in one process; for shared ones, the
// memory object and the offset in it.
struct FutexKey {
  const void* space = nullptr;
  uint64_t offset = 0;
  friend auto operator<=>(const FutexKey&, const FutexKey&) = default;
};

// The word a call is about, private to its process unless a key says otherwise.
struct FutexWord {
  VirtAddr address{};
  FutexKey key;

  FutexWord(VirtAddr at) : address(at), key{nullptr, raw(at)} {}
  FutexWord(VirtAddr at, FutexKey shared) : address(at), key(shared) {}
  bool valid() const { return raw(address) != 0 && raw(address) % sizeof(uint32_t) == 0; }
};

// How a context reaches the user memory of its process.
class FutexMemory {
 public:
  // The word's value; false when reading it would fault. Called with the futex lock or without.
  virtual bool load(VirtAddr word, uint32_t* value) = 0;
  // Resolves the fault. INVALID_ARGS when nothing can be read there.
  virtual exec::Eventually<Status> fault_in(VirtAddr word) = 0;

 protected:
  ~FutexMemory() = default;
};

namespace detail {

// A waiting thread's entry in the queue of its futex.
struct FutexParty {
  FutexParty(FutexThread& who, FutexKey on) : thread(who), key(on) {}
  exec::Waiter waiter;
  FutexThread& thread;
  FutexKey key;
  ListHook link;
};

// A futex that someone waits on.
struct FutexQueue {
  struct KeyOf {
    using type = FutexKey;
    const FutexKey& operator()(const FutexQueue& queue) const { return queue.key; }
  };
  FutexKey key;
  IntrusiveList<FutexParty, &FutexParty::link> parties;  // who waits longest is first
  FutexThread* owner = nullptr;
  TreeHook link;
  ListHook owned_link;
};

// What a waiting thread keeps in its frame. Each brings a queue along, for its futex might have
// none; the futex's queue is always one that a thread in it has brought. So waiting needs no
// memory.
struct FutexSleeper : FutexParty {
  using FutexParty::FutexParty;
  FutexQueue spare;
};

}  // namespace detail

// A thread as a futex context knows it; embedded in the thread, one for each context it uses.
class FutexThread {
 public:
  explicit FutexThread(Koid koid) : koid_(koid) {}
  Koid koid() const { return koid_; }

 private:
  friend class FutexContext;
  const Koid koid_;
  // Guarded by the context's lock.
  bool exited_ = false;
  const detail::FutexParty* waiting_ = nullptr;
  IntrusiveList<detail::FutexQueue, &detail::FutexQueue::owned_link> owned_;
};

// Who is to own a futex; no thread: nobody. The thread is one that uses this context (a thread of
// the same process), and not the caller: checking that is the caller's part. `keeper` keeps its
// memory.
struct FutexOwner {
  RefPtr<KernelObject> keeper;
  FutexThread* thread = nullptr;
};

// The futexes of one process. A futex exists while someone waits on it, and so does its owner,
// which programs choose and can ask for. Every call: any CPU; a failed one changes nothing.
//
// The value of a word is compared under the lock that wake() takes, so that none is missed between
// the comparison and the wait. Errors of the owner given rank behind a wrong value, so the owner
// comes as a Result.
class FutexContext {
 public:
  explicit FutexContext(FutexMemory& memory) : memory_(memory) {}
  FutexContext(const FutexContext&) = delete;
  FutexContext& operator=(const FutexContext&) = delete;
  ~FutexContext();

  // Waits until woken, making `owner` the futex's. In this order: INVALID_ARGS for a word that is
  // null, misaligned or unreadable; BAD_STATE when its value is not `expected`; the owner's error;
  // INVALID_ARGS when the owner waits on this futex. Then TIMED_OUT (the owner is set even by a
  // deadline that has passed), INTERNAL_INTR_RETRY, NO_MEMORY.
  exec::Eventually<Status> wait(FutexThread& self, FutexWord word, uint32_t expected,
                                Result<FutexOwner> owner, Instant deadline, exec::Slack slack = {});

  // Wakes up to `count` threads, who has waited longest first; nobody owns the futex then. The
  // number woken. INVALID_ARGS.
  Result<uint32_t> wake(FutexWord word, uint32_t count);
  // Wakes one, who owns the futex then, if still someone waits.
  Result<> wake_single_owner(FutexWord word);

  struct Requeue {
    FutexWord from;
    uint32_t wake;
    uint32_t expected;
    FutexWord to;
    uint32_t move;
    Result<FutexOwner> owner;
    bool single_owner = false;
  };
  // Wakes up to `wake` threads of `from` and moves up to `move` others to the end of `to`, whose
  // owner becomes `owner`; `from` belongs to nobody then, or with `single_owner` (and `wake` 1) to
  // the one woken. Errors as wait(), checked for `from`; INVALID_ARGS also when both words are the
  // same, or the owner waits on either.
  exec::Eventually<Status> requeue(Requeue request);

  // The owner's koid; kNoKoid when there is none. INVALID_ARGS.
  Result<Koid> owner(FutexWord word);

  // The thread runs no more: nothing is owned by it, now or later. Before it dies.
  void thread_exited(FutexThread& thread);

 private:
  using Party = detail::FutexParty;
  using Queue = detail::FutexQueue;
  using Sleeper = detail::FutexSleeper;

  exec::Task<Status> wait_slowly(FutexThread& self, FutexWord word, uint32_t expected,
                                 Result<FutexOwner> owner, Instant deadline, exec::Slack slack);
  exec::Task<Status> requeue_slowly(Requeue request);
  // Both: kMustFault when the word cannot be read under the lock.
  Status try_sleep(Sleeper& sleeper, FutexWord word, uint32_t expected,
                   const Result<FutexOwner>& owner);
  Status try_requeue(const Requeue& request);
  void leave(Party& party);

  Status check(FutexWord word, uint32_t expected, const Result<FutexOwner>& owner) REQUIRES(lock_);
  // Puts a party at the end of a queue, or into its own when there is none. The queue.
  Queue& append(Queue* queue, Party& party, FutexKey key) REQUIRES(lock_);
  // Takes a party out. What the futex's queue is then; null when nobody waits any more.
  Queue* remove(Queue& queue, Party& party) REQUIRES(lock_);
  // Wakes the first that has not given up; null when there is none. Updates `queue`.
  FutexThread* wake_first(Queue*& queue) REQUIRES(lock_);
  void set_owner(Queue& queue, FutexThread* owner) REQUIRES(lock_);

  FutexMemory& memory_;
  SpinLock lock_{LockRank::Futex};
  IntrusiveIndex<Queue, &Queue::link, Queue::KeyOf> queues_ GUARDED_BY(lock_);
};

}  // namespace jacinth
