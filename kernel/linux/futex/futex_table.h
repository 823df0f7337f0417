// FutexTable: the threads of all programs that wait for a word of memory.
//
// A word is known by the memory object behind it and the offset there when it is shared, else by
// the program's memory and the address. Its value is compared under the lock of its bucket, which a
// waker takes too, so no wake-up is missed in between.
#pragma once

#include <array>
#include <atomic>

#include "base/errno.h"
#include "base/intrusive.h"
#include "base/spinlock.h"
#include "base/vector.h"
#include "exec/task.h"
#include "exec/waiter.h"
#include "vm/vmo.h"

namespace jacinth::linux {

class LinuxMemory;

struct FutexKey {
  const void* space = nullptr;
  uint64_t offset = 0;
  friend bool operator==(const FutexKey&, const FutexKey&) = default;
};

// A word with its key; keeps a shared one's object.
struct FutexWord {
  VirtAddr address{};
  FutexKey key;
  RefPtr<vm::Vmo> keeper;

  // INVAL: misaligned. FAULT: nothing mapped there. For the current program.
  static ErrnoOr<FutexWord> find(LinuxMemory& memory, VirtAddr address, bool shared);
};

inline constexpr uint32_t kAnyBits = ~uint32_t{0};

// Read the word so that the page is there, as a program would, or make it writable. FAULT, NOMEM.
ErrnoOr<uint32_t> touch_futex(VirtAddr word);
ErrnoOr<> make_futex_writable(VirtAddr word);
// Changes the word from `expected`. False: it was something else. FAULT.
ErrnoOr<bool> change_futex(VirtAddr word, uint32_t expected, uint32_t wanted);
bool is_owner_alive(uint32_t thread);

class FutexTable {
 public:
  // AGAIN: the word is not `expected`. Then TIMEDOUT; INTR as the call's restart rule demands,
  // which the caller knows. FAULT.
  exec::Task<ErrnoOr<>> wait(FutexWord word, uint32_t expected, uint32_t bits, Instant deadline);
  // The same for several words; which of them was woken.
  struct Expected {
    FutexWord word;
    uint32_t value = 0;
  };
  static constexpr size_t kMostWords = 128;
  exec::Task<ErrnoOr<size_t>> wait_any(Vector<Expected> words, Instant deadline);
  // How many were woken. The word need not be readable.
  uint32_t wake(const FutexKey& key, uint32_t count, uint32_t bits = kAnyBits);
  struct Requeue {
    const FutexWord& from;
    const FutexWord& to;
    uint32_t wake;
    uint32_t move;
    bool compares = false;
    uint32_t expected = 0;
  };
  // How many were woken and moved. AGAIN, FAULT.
  struct Requeued {
    uint32_t woken = 0, moved = 0;
  };
  ErrnoOr<Requeued> requeue(const Requeue& request);
  // Changes the second word as `operation` says, wakes waiters of the first, and of the second when
  // its old value compares.
  ErrnoOr<uint32_t> wake_op(const FutexWord& first, const FutexWord& second, uint32_t count,
                            uint32_t second_count, uint32_t operation);

  // --- Words that say who owns them (FUTEX_LOCK_PI). An unlock gives the word to the first of the
  // waiters of the highest priority, so nobody overtakes who waits. An owner runs with the highest
  // priority of those who wait for it. `self`: the number of the thread that asks.
  // DEADLK: owned already, or its owner waits, by whomever, for this thread; SRCH: by nobody that
  // there is; TIMEDOUT, INTR. With `deadline` kNoWait only tries: AGAIN.
  exec::Task<ErrnoOr<>> lock_owned(FutexWord word, uint32_t self, Instant deadline);
  // PERM: not the owner.
  ErrnoOr<> unlock_owned(const FutexWord& word, uint32_t self);
  // The owner of the word has ended: gives it to the first waiter. False: there is none.
  bool pass_on_dead(const FutexWord& word, uint32_t owner);
  // Waits for `word` as wait() does, but is woken only as the owner of `target`, by
  // requeue_to_owned(). AGAIN; TIMEDOUT; INTR: interrupted before it was moved.
  exec::Task<ErrnoOr<>> wait_to_own(FutexWord word, uint32_t expected, Instant deadline,
                                    FutexWord target, uint32_t self);
  // Has up to `most` of those wait for `to`, and gives it to one of them if it is free. How many.
  // AGAIN: `from` is not `expected`; INVAL: somebody waits for it in another way; SRCH: `to` is
  // owned by nobody that there is; DEADLK: by one of them; FAULT.
  ErrnoOr<uint32_t> requeue_to_owned(const FutexWord& from, uint32_t expected, const FutexWord& to,
                                     uint32_t most);
  // Gives the word to the first of those that wait for it, if nobody owns it.
  ErrnoOr<> settle(const FutexWord& word);

 private:
  struct Sleeper : HeapAllocated {
    explicit Sleeper(exec::Waiter& by) : waiter(by) {}
    exec::Waiter& waiter;  // of a wait for several words, of all of them
    FutexKey key;
    uint32_t bits = kAnyBits;
    uint32_t owner_to_be = 0;  // in lock_owned(): whom the word is to be given; no wake() sees it
    uint32_t owner = 0;        // who has it meanwhile
    int priority = 0;          // what the owner inherits
    // In wait_to_own(), until it is moved there; no wake() sees it either.
    const FutexKey* target = nullptr;
    uint32_t self = 0;
    bool woken = false;  // or given the word; under the lock of its bucket
    std::atomic<uint32_t> bucket{0};
    ListHook link;

    bool wants_to_own() const { return owner_to_be != 0 || target != nullptr; }
    void arrive_at(const FutexKey& word, bool to_own);
  };
  struct Bucket {
    SpinLock lock{LockRank::Futex};
    IntrusiveList<Sleeper, &Sleeper::link> sleepers GUARDED_BY(lock);
  };
  static constexpr size_t kBuckets = 256;

  static uint32_t bucket_of(const FutexKey& key);
  static constexpr uint32_t kMoving = ~uint32_t{0};  // Sleeper::bucket, between two
  // After this nobody knows the sleeper; whether it had been woken.
  bool leave(Sleeper& sleeper);
  // Puts the sleeper to where its word's are, if that is `expected` still. AGAIN: it is not.
  // FAULT: it has to be touched again.
  ErrnoOr<> enter(Sleeper& sleeper, const FutexWord& word, uint32_t expected);
  enum class Given : uint8_t { Yes, Nobody, Fault };
  // Gives the word, which is `expected`, to the first who waits for it; `also` are further bits.
  // Fault: it is something else, or has to be made writable.
  enum class IfNobody : uint8_t { Leave, Free };
  Given give(const FutexWord& word, uint32_t expected, uint32_t also, IfNobody if_nobody);
  // Lets an owner run, and whom it waits for in turn, with what it inherits now.
  void inherit(uint32_t owner);
  int inherited(uint32_t owner);
  // Whom a thread waits for; 0: it does not wait for an owner.
  uint32_t awaited_by(uint32_t thread);
  // Where `sleeper` waits for one that waits for `self`: takes it away again. False: there is no
  // such circle, or no more.
  bool breaks_circle(Sleeper& sleeper, uint32_t self);
  uint32_t pass_on_priority(uint32_t waiter, int priority);
  // `to_own`: who has called wait_to_own(); else the others.
  bool move_one(Bucket& from, const FutexKey& key, const FutexKey& to_key, bool to_own);
  ErrnoOr<uint32_t> check_waiters(const FutexWord& from, uint32_t expected, const FutexWord& to,
                                  uint32_t most, uint32_t owner);
  int set_owner(const FutexWord& word, uint32_t owner);
  uint32_t wake_locked(Bucket& bucket, const FutexKey& key, uint32_t count, uint32_t bits)
      REQUIRES(bucket.lock);

  std::array<Bucket, kBuckets> buckets_;
};

// Once, before the first use.
void make_futexes();
FutexTable& futexes();

}  // namespace jacinth::linux
