// ExceptionChannel: a task's way to those who want to hear of the exceptions in it.
#pragma once

#include "base/spinlock.h"
#include "object/handle.h"

namespace jacinth {

// Each thread has one, each process and job two (the second for debuggers). Holds the kernel's end
// of a channel; who listens has the other. It counts as absent once that other end is closed.
class ExceptionChannel {
 public:
  ExceptionChannel() = default;
  ExceptionChannel(const ExceptionChannel&) = delete;
  ExceptionChannel& operator=(const ExceptionChannel&) = delete;

  // The connection; `channel` is null when nobody listens. Handles to the thread and the process
  // made from an exception sent here get these rights (0: none may be made).
  struct Connection {
    RefPtr<KernelObject> channel;
    Rights thread_rights = 0;
    Rights process_rights = 0;
  };

  // Connects `kernel_end`, a channel. ALREADY_BOUND: someone is listening. BAD_STATE: closed.
  Result<> bind(Handle kernel_end, Rights thread_rights, Rights process_rights);
  Connection connection() const;
  bool attached() const { return static_cast<bool>(connection().channel); }

  // The task is over: listeners see their peer closed, and nobody can connect any more. Hold no
  // lock.
  void close();

 private:
  bool attached_locked() const REQUIRES(lock_) {
    return end_ && (end_.object()->signals() & signals::kPeerClosed) == 0;
  }

  mutable SpinLock lock_{LockRank::Exception};
  Handle end_ GUARDED_BY(lock_);
  Rights thread_rights_ GUARDED_BY(lock_) = 0;
  Rights process_rights_ GUARDED_BY(lock_) = 0;
  bool closed_ GUARDED_BY(lock_) = false;
};

}  // namespace jacinth
