#include "exec/reaper.h"

#include <array>
#include <atomic>
#include <memory>

#include "exec/deferred.h"
#include "exec/executor.h"
#include "hal/cpu.h"

namespace jacinth::exec {
namespace {

class alignas(64) Reaper {
 public:
  static Reaper& here();
  static Reaper& of(hal::CpuId cpu);

  void add(RemainsList& list) {
    fresh_.append(list);
    if (!busy_) work();
  }
  void add_later(Remains& remains) {
    if (busy_) return fresh_.push_back(remains);
    backlog_.push_back(remains);
    put_off();
  }
  bool busy() const { return busy_; }
  bool waiting() const { return waiting_.load(std::memory_order_relaxed); }

 private:
  // What comes up meanwhile is fresh too; what is left over must not hold up what
  // comes next, and so goes apart.
  void work() {
    Portion& portion = exec::portion();
    busy_ = true;
    while (!fresh_.empty() && !portion.spent()) {
      portion.use(1);
      Remains& next = fresh_.pop_front();
      if (!next.reap(portion)) fresh_.push_back(next);
    }
    busy_ = false;
    backlog_.append(fresh_);
    put_off();
  }
  void put_off() {
    waiting_.store(!backlog_.empty(), std::memory_order_relaxed);
    if (!backlog_.empty()) rest_.schedule();
  }
  static void work_on_backlog() {
    Reaper& self = here();
    if (self.busy_) return;
    self.fresh_.append(self.backlog_);
    self.work();
  }

  RemainsList fresh_;
  RemainsList backlog_;
  bool busy_ = false;
  std::atomic<bool> waiting_{false};
  Deferred rest_{work_on_backlog};
};

// Made by forget_remains(): initialised by the linker they would be a page of the image.
union ReaperStorage {
  constexpr ReaperStorage() {}
  ~ReaperStorage() {}
  std::array<Reaper, hal::kMaxCpus> reapers;
};
constinit ReaperStorage reaper_storage;

Reaper& Reaper::of(hal::CpuId cpu) { return reaper_storage.reapers[cpu]; }
Reaper& Reaper::here() { return of(hal::current_cpu()); }

}  // namespace

void reap(RemainsList& list) {
  if (!list.empty()) Reaper::here().add(list);
}

void reap(Remains& remains) {
  RemainsList single;
  single.push_back(remains);
  reap(single);
}

void reap_later(Remains& remains) { Reaper::here().add_later(remains); }

// Outside of activities (deferred work, the executor itself) nobody is kept waiting.
Portion& portion() {
  Executor& executor = Executor::current();
  if (executor.running() == nullptr && !Reaper::here().busy()) executor.portion() = Portion();
  return executor.portion();
}

bool reaping() {
  for (hal::CpuId cpu = 0; cpu < hal::cpu_count(); ++cpu) {
    if (Reaper::of(cpu).waiting()) return true;
  }
  return false;
}

void forget_remains() { std::construct_at(&reaper_storage.reapers); }

}  // namespace jacinth::exec
