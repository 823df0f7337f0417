#include "object/dev/memory_pressure.h"

#include <gtest/gtest.h>

#include <vector>

#include "exec/executor.h"
#include "vm/frames.h"
#include "vm/testing.h"

namespace jacinth {
namespace {

bool signaled(PressureLevel level) {
  return (pressure_event(level)->signals() & signals::kSignaled) != 0;
}

TEST(MemoryPressure, LevelsFollowTheFractions) {
  EXPECT_EQ(pressure_level(1000, 1000), PressureLevel::Normal);
  EXPECT_EQ(pressure_level(125, 1000), PressureLevel::Normal);
  EXPECT_EQ(pressure_level(124, 1000), PressureLevel::Warning);
  EXPECT_EQ(pressure_level(61, 1000), PressureLevel::Critical);
  EXPECT_EQ(pressure_level(14, 1000), PressureLevel::OutOfMemory);
  EXPECT_EQ(pressure_level(0, 1000), PressureLevel::OutOfMemory);
}

TEST(MemoryPressure, ExactlyOneEventIsSignalledAsMemoryGoesAndComes) {
  vm::MemoryMachine machine;
  ASSERT_TRUE(start_memory_pressure());
  EXPECT_TRUE(signaled(PressureLevel::Normal));

  // One frame after the other until none is left, each remembering the one before.
  vm::Frame* last = nullptr;
  std::vector<vm::Frame*> taken;
  const auto count_signaled = [] {
    int count = 0;
    for (uint32_t level = 1; level <= kPressureLevels; ++level)
      count += signaled(static_cast<PressureLevel>(level)) ? 1 : 0;
    return count;
  };
  bool seen_warning = false;
  bool seen_critical = false;
  while ((last = vm::frames().allocate(0, vm::FrameUse::Other)) != nullptr) {
    taken.push_back(last);
    exec::run_deferred();
    EXPECT_EQ(count_signaled(), 1);
    seen_warning |= signaled(PressureLevel::Warning);
    seen_critical |= signaled(PressureLevel::Critical);
  }
  EXPECT_TRUE(seen_warning);
  EXPECT_TRUE(seen_critical);
  EXPECT_TRUE(signaled(PressureLevel::OutOfMemory));

  for (vm::Frame* frame : taken) vm::frames().free(frame, 1);
  exec::run_deferred();
  EXPECT_EQ(count_signaled(), 1);
  EXPECT_TRUE(signaled(PressureLevel::Normal));
  stop_memory_pressure();
}

}  // namespace
}  // namespace jacinth
