#include "object/dev/memory_pressure.h"

#include "base/never_destroyed.h"
#include "exec/deferred.h"
#include "exec/log.h"
#include "vm/frames.h"

namespace jacinth {
namespace {

struct Watch {
  std::array<RefPtr<Event>, kPressureLevels> events;
  PressureLevel level = PressureLevel::Normal;
};
constinit NeverDestroyed<Watch> watch;
// Orders updates that several CPUs make at once.
constinit SpinLock watch_lock{LockRank::Object};

Event& event_of(PressureLevel level) { return *watch->events[static_cast<uint32_t>(level) - 1]; }

// Runs without locks, some time after free memory has crossed a level's bound.
void update() {
  const vm::FrameCounts counts = vm::frames().counts();
  const PressureLevel now = pressure_level(counts.free(), counts.total);
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

constinit exec::Deferred deferred_update(&update);

}  // namespace

PressureLevel pressure_level(uint64_t free, uint64_t total) {
  if (free < total / kOutOfMemoryFraction) return PressureLevel::OutOfMemory;
  if (free < total / kCriticalFraction) return PressureLevel::Critical;
  if (free < total / kWarningFraction) return PressureLevel::Warning;
  return PressureLevel::Normal;
}

Result<> start_memory_pressure() {
  std::construct_at(&*watch);
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
  watch->events = {};
}

RefPtr<Event> pressure_event(PressureLevel level) {
  return watch->events[static_cast<uint32_t>(level) - 1];
}

}  // namespace jacinth
