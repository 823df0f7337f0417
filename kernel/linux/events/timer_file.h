// TimerFile: a timer that is waited for like a file (timerfd).
#pragma once

#include "base/spinlock.h"
#include "exec/deadline_queue.h"
#include "linux/events/anonymous_file.h"

namespace jacinth::linux {

// Goes off once; a periodic one counts what it has missed when somebody looks, so one that nobody
// reads costs nothing.
class TimerFile final : public AnonymousFile, private exec::TimerNode {
 public:
  static ErrnoOr<RefPtr<TimerFile>> create(int32_t clock, uint32_t flags);
  // Null when the file is no timer.
  static TimerFile* of(fs::File& file);
  const void* kind() const override;

  struct Setting {
    Duration left{};      // until it goes off; 0: it does not
    Duration interval{};  // and then again; 0: once
  };
  Setting get();
  // From `when` on (kForever: never), then every `interval`. Returns what was set before.
  Setting set(Instant when, Duration interval);
  int32_t clock() const { return clock_; }

  Transferred read(fs::IoTarget to, fs::IoFlags how) override;

 private:
  template <typename T, typename... Args>
  friend Result<RefPtr<T>> jacinth::make_ref(Args&&...);
  struct State {
    Instant next = kForever;  // when it goes off, or has gone off and nobody has looked
    Duration interval{};
    uint64_t times = 0;  // gone off since last read
    bool fired = false;  // on_deadline() has been; a periodic one is not armed again
  };

  TimerFile(RefPtr<fs::Node> node, int32_t clock, uint32_t flags);
  ~TimerFile() override { (void)cancel(); }
  void on_deadline() override;

  // A periodic one that has gone off is armed for the next time.
  void catch_up(State& state);
  ErrnoOr<uint64_t> take();
  static ErrnoOr<size_t> deliver(uint64_t times, fs::IoTarget to);
  static exec::Task<ErrnoOr<size_t>> read_slowly(RefPtr<TimerFile> file, fs::IoTarget to);

  const int32_t clock_;
  SpinLock setting_lock_{LockRank::FsFile};  // one set() at a time; not taken by on_deadline()
  Guarded<State, LockRank::Object> state_;
};

}  // namespace jacinth::linux
