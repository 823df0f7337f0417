#include "object/dev/memory_pressure.h"

#include <memory>

#include "exec/deadline_queue.h"
#include "exec/deferred.h"
#include "exec/log.h"
#include "hal/clock.h"
#include "vm/frames.h"

namespace jacinth {
namespace {

// How long the memory of a killed job may take to come back.
constexpr Duration kPatience = milliseconds(100);

void update();
constinit exec::Deferred deferred_update(&update);

// Looks again when it is time to ask for the next victim.
class Recheck final : public exec::TimerNode {
 public:
  void on_deadline() override {
    armed_.store(false, std::memory_order_release);
    deferred_update.schedule();
  }
  // False when it is armed already.
  bool arm_once() {
    if (armed_.exchange(true, std::memory_order_acq_rel)) return false;
    arm(hal::now() + kPatience);
    return true;
  }

 private:
  std::atomic<bool> armed_{false};
};

struct Watch {
  std::array<RefPtr<Event>, kPressureLevels> events;
  PressureLevel level = PressureLevel::Normal;
  RefPtr<Job> root;
  Recheck recheck;
};
// Made by start_memory_pressure(): the kernel runs no static constructors. All zeros until then.
union Storage {
  constexpr Storage() : nothing{} {}
  ~Storage() {}
  char nothing[sizeof(Watch)];
  Watch watch;
};
constinit Storage storage;
Watch* const watch = &storage.watch;
// Orders updates that several CPUs make at once.
constinit SpinLock watch_lock{LockRank::Object};

Event& event_of(PressureLevel level) { return *watch->events[static_cast<uint32_t>(level) - 1]; }

void relieve() {
  if (!watch->root || !watch->recheck.arm_once()) return;
  if (watch->root->kill_for_memory()) klog(LogSeverity::Error, "out of memory: killed a job");
}

// Runs without locks, some time after free memory has crossed a level's bound.
void update() {
  const vm::FrameCounts counts = vm::frames().counts();
  const PressureLevel now = pressure_level(counts.free(), counts.total);
  if (now == PressureLevel::OutOfMemory) relieve();
  {
    LockGuard guard(watch_lock);
    if (now == watch->level) return;
    event_of(watch->level).update_signals(signals::kSignaled, 0);
    event_of(now).update_signals(0, signals::kSignaled);
    watch->level = now;
  }
  constexpr const char* kNames[] = {"out of memory", "critical", "warning", "normal"};
  klog(LogSeverity::Warning, "memory pressure: {}, {} KiB free",
       kNames[static_cast<uint32_t>(now) - 1], counts.free() * kPageSize / 1024);
}

}  // namespace

PressureLevel pressure_level(uint64_t free, uint64_t total) {
  if (free < total / kOutOfMemoryFraction) return PressureLevel::OutOfMemory;
  if (free < total / kCriticalFraction) return PressureLevel::Critical;
  if (free < total / kWarningFraction) return PressureLevel::Warning;
  return PressureLevel::Normal;
}

Result<> start_memory_pressure() {
  std::construct_at(watch);
  for (auto& event : watch->events) event = TRY(Event::create());
  event_of(PressureLevel::Normal).update_signals(0, signals::kSignaled);
  const uint64_t total = vm::frames().counts().total;
  vm::frames().watch_free(
      {total / kOutOfMemoryFraction, total / kCriticalFraction, total / kWarningFraction},
      &deferred_update);
  update();
  return {};
}

void stop_memory_pressure() {
  vm::frames().watch_free({}, nullptr);
  watch->recheck.cancel();
  watch->root = nullptr;
  watch->events = {};
}

void kill_for_memory_below(RefPtr<Job> root) { watch->root = std::move(root); }

RefPtr<Event> pressure_event(PressureLevel level) {
  return watch->events[static_cast<uint32_t>(level) - 1];
}

}  // namespace jacinth
