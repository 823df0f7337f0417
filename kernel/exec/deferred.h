// Deferred: work put off until its CPU holds no lock.
#pragma once

#include <atomic>

#include "hal/cpu.h"

namespace jacinth::exec {

// For code that runs under locks and finds something to tell that needs lower-ranked ones: the log
// has a record, memory is short. The object must outlive its last run, so most are global.
class Deferred {
 public:
  constexpr explicit Deferred(void (*work)()) : work_(work) {}
  Deferred(const Deferred&) = delete;
  Deferred& operator=(const Deferred&) = delete;

  // Has the work run on this CPU soon, from Executor::poll(), without locks; at the latest before
  // the CPU next runs user code for long, for an interrupt is made pending. Scheduling again before
  // it has started changes nothing; work that schedules itself again goes on after whatever else is
  // runnable there. Any context.
  void schedule();

 private:
  friend void run_deferred();
  friend void forget_deferred();

  static Deferred& take_first(hal::CpuId cpu);

  void (*const work_)();
  std::atomic<bool> scheduled_{false};
  Deferred* next_ = nullptr;
};

// Runs what has been scheduled on this CPU. The executor alone.
void run_deferred();
// Forgets everything scheduled: a machine begins.
void forget_deferred();

}  // namespace jacinth::exec
