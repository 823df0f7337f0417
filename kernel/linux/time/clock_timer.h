// ClockTimer: something that goes off when a clock has reached a reading, once or again and again.
// The clock may be one of CPU time, which runs only while its threads do.
#pragma once

#include "base/spinlock.h"
#include "exec/deadline_queue.h"

namespace jacinth::linux {

class ClockTimer : private exec::TimerNode {
 public:
  struct Setting {
    Duration left{};      // until it goes off; 0: it does not
    Duration interval{};  // and then again; 0: once
  };
  Setting get();
  // Both return what was set before.
  Setting set(const Setting& wanted);
  Setting set_at(Duration at, Duration interval);
  // Never goes off again. No lock held; before the owner goes.
  void stop();

 protected:
  ClockTimer() = default;
  ~ClockTimer() = default;

  // What the clock says.
  virtual Duration reading() = 0;
  // How much faster than time it may run: how many threads use CPU time.
  virtual int64_t speed() { return 1; }
  virtual bool counts_cpu_time() const { return false; }
  // It has gone off, and so often: more than once when it is late. No lock held.
  virtual void expired(uint64_t times) = 0;

 private:
  struct State {
    bool set = false;
    bool stopped = false;
    Duration next{};
    Duration interval{};
  };

  void on_deadline() final;
  void arm_for(const State& state, Duration now);
  static Setting left_of(const State& state, Duration now);

  Guarded<State, LockRank::Object> state_;
};

}  // namespace jacinth::linux
