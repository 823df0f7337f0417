// Advisory locks on files: fcntl()'s record locks, of processes (POSIX) and of open files (OFD),
// and flock()'s on whole files.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "base/errno.h"
#include "base/intrusive.h"
#include "base/vector.h"
#include "exec/task.h"
#include "exec/waiter.h"

namespace jacinth::fs {

class Node;

struct FileLock {
  static constexpr uint64_t kToTheEnd = std::numeric_limits<int64_t>::max();
  enum class Kind : uint8_t { Shared, Exclusive, None };

  Kind kind = Kind::Shared;
  uint64_t first = 0;
  uint64_t last = kToTheEnd;  // inclusive
  // Who holds it: for POSIX locks the process's descriptor table, else the File.
  const void* owner = nullptr;
  int32_t process = 0;  // what F_GETLK reports; -1 for locks of open files
};

// The locks of one node. All of the system are guarded by one lock: they are few, and looking for
// deadlocks goes from node to node.
class FileLocks : public HeapAllocated {
 public:
  enum class Space : uint8_t { Records, Whole };  // fcntl's, flock's: they do not see one another
  enum class Wait : uint8_t { No, Yes };

  FileLocks() = default;
  FileLocks(const FileLocks&) = delete;
  FileLocks& operator=(const FileLocks&) = delete;
  ~FileLocks();

  // Gives `lock` to its owner in place of what that has there (Kind::None: nothing). EAGAIN: others
  // hold what conflicts, and Wait::No. EDEADLK: waiting would be for ever, as their owner waits for
  // this one; only looked for where `detects_deadlocks`. RESTARTSYS; ENOMEM. `node`, whose locks
  // these are, is kept while waiting.
  exec::Eventually<ErrnoOr<>> set(RefPtr<Node> node, Space space, const FileLock& lock, Wait wait,
                                  bool detects_deadlocks);
  // The first lock, by its place in the file, that keeps `wanted` from being had.
  std::optional<FileLock> conflict(Space space, const FileLock& wanted);
  // All locks of an owner go. Any number of calls.
  void release_all(const void* owner);

 private:
  // One who waits.
  struct Request {
    exec::Waiter& waiter;
    const FileLock& wanted;
    const void* blocker = nullptr;  // whose lock is in the way
    ListHook link{};
    Request* next_of_all = nullptr;
  };
  using Locks = Vector<FileLock>;

  Locks& in(Space space) { return locks_[static_cast<size_t>(space)]; }
  static const FileLock* find_conflict(const Locks& locks, const FileLock& wanted);
  static ErrnoOr<> replace(Locks& locks, FileLock lock);
  static bool would_deadlock(const void* owner, const void* blocker, unsigned depth);
  ErrnoOr<> try_set(Space space, const FileLock& lock, const void** blocker);
  void wake();
  static void forget(Request& request);
  exec::Task<ErrnoOr<>> wait_and_set(RefPtr<Node> node, Space space, FileLock lock,
                                     bool detects_deadlocks);

  Locks locks_[2];
  IntrusiveList<Request, &Request::link> waiting_;

  // Longer chains of waits are not looked into.
  static constexpr unsigned kLongestChain = 10;
  static Request* all_waiting_;
};

}  // namespace jacinth::fs
