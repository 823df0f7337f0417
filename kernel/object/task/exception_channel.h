// ExceptionChannel: a task's way to those who want to hear of the exceptions in it.
#pragma once

#include <cstdint>

#include "base/spinlock.h"
#include "object/kernel_object.h"
#include "object/task/exception.h"

namespace jacinth {

class Channel;
class Handle;

// Each thread has one, each process and job two (the second for debuggers). Holds the kernel's end
// of a channel; who listens has the other. It counts as absent once that other end is closed.
class ExceptionChannel {
 public:
  ExceptionChannel();
  ~ExceptionChannel();
  ExceptionChannel(const ExceptionChannel&) = delete;
  ExceptionChannel& operator=(const ExceptionChannel&) = delete;

  // Connects. Handles to the thread and the process made from an exception sent here get these
  // rights (0: none may be made). ALREADY_BOUND: someone is listening. BAD_STATE: closed for good.
  Result<> bind(RefPtr<Channel> kernel_end, Rights thread_rights, Rights process_rights);

  // Someone is listening.
  bool attached() const;

  // The rights bind() was given; and the connection itself, null when nobody listens.
  struct Connection {
    RefPtr<Channel> channel;
    Rights thread_rights = 0;
    Rights process_rights = 0;
  };
  Connection connection() const;

  // The task is over: listeners see their peer closed, and nobody can connect any more.
  void close();

 private:
  mutable SpinLock lock_{LockRank::Exception};
  Connection connection_ GUARDED_BY(lock_);
  bool closed_ GUARDED_BY(lock_) = false;
};

}  // namespace jacinth
