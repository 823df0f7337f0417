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

class FutexTable {
 public:
  // AGAIN: the word is not `expected`. Then TIMEDOUT; INTR as the call's restart rule demands,
  // which the caller knows. FAULT.
  exec::Task<ErrnoOr<>> wait(FutexWord word, uint32_t expected, uint32_t bits, Instant deadline);
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

 private:
  struct Sleeper {
    exec::Waiter waiter;
    FutexKey key;
    uint32_t bits = kAnyBits;
    std::atomic<uint32_t> bucket{0};
    ListHook link;
  };
  struct Bucket {
    SpinLock lock{LockRank::Futex};
    IntrusiveList<Sleeper, &Sleeper::link> sleepers GUARDED_BY(lock);
  };
  static constexpr size_t kBuckets = 256;

  static uint32_t bucket_of(const FutexKey& key);
  static constexpr uint32_t kMoving = ~uint32_t{0};  // Sleeper::bucket, between two
  void leave(Sleeper& sleeper);
  bool move_one(Bucket& from, const FutexKey& key, const FutexKey& to_key);
  uint32_t wake_locked(Bucket& bucket, const FutexKey& key, uint32_t count, uint32_t bits)
      REQUIRES(bucket.lock);

  std::array<Bucket, kBuckets> buckets_;
};

// Once, before the first use.
void make_futexes();
FutexTable& futexes();

}  // namespace jacinth::linux
