// Memory pressure: four events of which exactly one is signalled, told by how much RAM is free.
#pragma once

#include <array>
#include <cstdint>

#include "object/sync/event.h"
#include "object/task/job.h"

namespace jacinth {

// The numbers are those of zx_system_event_type_t. OutOfMemory is the worst.
enum class PressureLevel : uint32_t { OutOfMemory = 1, Critical = 2, Warning = 3, Normal = 4 };
inline constexpr uint32_t kPressureLevels = 4;

// Free memory below these fractions of all of it is Warning, Critical, OutOfMemory.
inline constexpr uint64_t kWarningFraction = 8;
inline constexpr uint64_t kCriticalFraction = 16;
inline constexpr uint64_t kOutOfMemoryFraction = 64;

// Makes the events and begins to watch; once, during start-up. NO_MEMORY.
Result<> start_memory_pressure();

// While memory is OutOfMemory, jobs at or below `root` that are marked for it are killed, one after
// the other with a while between them for their memory to come back.
void kill_for_memory_below(RefPtr<Job> root);

// Lets go of the events; for tests, whose machines come and go.
void stop_memory_pressure();

// The event that is signalled while memory is at this level.
RefPtr<Event> pressure_event(PressureLevel level);

// The level for so many free of `total` frames.
PressureLevel pressure_level(uint64_t free, uint64_t total);

}  // namespace jacinth
