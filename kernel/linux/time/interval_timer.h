// The timer of setitimer(ITIMER_REAL) and alarm(): sends its process SIGALRM.
#pragma once

#include <atomic>

#include "base/spinlock.h"
#include "exec/deadline_queue.h"

namespace jacinth::linux {

class LinuxProcess;

class IntervalTimer final : public exec::TimerNode {
 public:
  explicit IntervalTimer(LinuxProcess& process) : process_(process) {}

  // What is left until it goes off (0: it does not), and how often it does from then on (0: once).
  struct Setting {
    Duration left{};
    Duration interval{};
  };
  Setting get() const;
  // Returns what was set before.
  Setting set(const Setting& wanted);
  // Never goes off again. No lock held; before the process goes.
  void stop() { (void)set({}); }

 private:
  void on_deadline() override;

  LinuxProcess& process_;
  SpinLock setting_lock_{LockRank::LinuxPart};  // one set() at a time; not taken by on_deadline()
  std::atomic<int64_t> next_ns_{0};             // when it goes off; 0: it does not
  std::atomic<int64_t> interval_ns_{0};
};

}  // namespace jacinth::linux
