// That a thread waits to become the owner of a futex, for others to see.
#pragma once

#include "linux/task/linux_thread.h"

namespace jacinth::linux {

// From before it enters the table until it has left: who looks for circles asks those alone that
// wait, or are about to.
class WaitForOwner {
 public:
  WaitForOwner() : self_(LinuxThread::of(*Thread::current())) { self_.waits_for_owner = true; }
  WaitForOwner(const WaitForOwner&) = delete;
  WaitForOwner& operator=(const WaitForOwner&) = delete;
  ~WaitForOwner() { self_.waits_for_owner = false; }

 private:
  LinuxThread& self_;
};

}  // namespace jacinth::linux
