// What the seeded tests of this folder share.
#pragma once

#include "exec/waiter.h"
#include "object/wait.h"

namespace jacinth {

// Sleeps until one of `wanted` is active.
inline exec::Task<Status> wait_for(KernelObject& object, Signals wanted) {
  exec::Waiter waiter;
  WaitObserver observer(waiter);
  object.observe(observer, wanted, 0);
  const Status status = co_await waiter.wait(kForever);
  observer.finish_with(object);
  co_return status;
}

}  // namespace jacinth
