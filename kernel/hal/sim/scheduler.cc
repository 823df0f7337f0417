// Who runs when: everything that depends on the seed.
#include <algorithm>

#include "base/check.h"
#include "exec/executor.h"
#include "hal/sim/state.h"

namespace jacinth::sim {
namespace {

constexpr Duration kStepTime = nanoseconds(20);
// Even a lone CPU comes back to the scheduler now and then, to have the limits checked.
constexpr uint64_t kStepsBetweenChecks = 1024;
constexpr uint64_t kFreezeOneIn = 64;
constexpr uint64_t kLongestFreeze = 2000;

[[noreturn]] void cpu_main() { exec::Executor::current().run(); }

}  // namespace

MachineState::MachineState(const Options& chosen)
    : options(chosen),
      random(chosen.seed),
      test_random(chosen.seed ^ 0x7465'7374),
      entropy(chosen.seed ^ 0x656e'7472),
      cpus(chosen.cpus) {
  constexpr uint64_t kGaps[] = {1, 2, 4, 16, 64};
  switch_gap = kGaps[random.below(std::size(kGaps))];
  erratic = random.one_in(2);
  for (Cpu& cpu : cpus) cpu.fiber = std::make_unique<Fiber>(&cpu_main);
}

MachineState::~MachineState() = default;

bool MachineState::interrupt_pending(Cpu& cpu) {
  if (cpu.timer <= now) {
    cpu.timer = kForever;
    cpu.interrupt_pending = true;
  }
  return cpu.interrupt_pending;
}

bool MachineState::any_lock_held() const {
  return std::ranges::any_of(cpus, [](const Cpu& cpu) { return cpu.held.count != 0; });
}

Instant MachineState::next_timer() const {
  Instant first = kForever;
  for (const Cpu& cpu : cpus) first = std::min(first, cpu.timer);
  return first;
}

int MachineState::pick() {
  int runnable[hal::kMaxCpus];
  int awake[hal::kMaxCpus];
  size_t runnable_count = 0;
  size_t awake_count = 0;
  for (size_t i = 0; i < cpus.size(); ++i) {
    if (cpus[i].halted && !interrupt_pending(cpus[i])) continue;
    runnable[runnable_count++] = static_cast<int>(i);
    if (cpus[i].frozen_until <= steps) awake[awake_count++] = static_cast<int>(i);
  }
  if (runnable_count == 0) return -1;
  if (awake_count == 0) return runnable[random.below(runnable_count)];
  const int chosen = awake[random.below(awake_count)];
  // A CPU that stops at a bad moment for a long time is what uncovers most races.
  if (erratic && awake_count > 1 && random.one_in(kFreezeOneIn))
    cpus[static_cast<size_t>(chosen)].frozen_until = steps + random.below(kLongestFreeze);
  return chosen;
}

void MachineState::resume(hal::CpuId cpu) {
  current = cpu;
  cpus[cpu].halted = false;
  cpus[cpu].started = true;
  until_switch = cpus.size() == 1 ? kStepsBetweenChecks : 1 + random.below(switch_gap);
  running = true;
  test_fiber.switch_to(*cpus[cpu].fiber);
  running = false;
  current = 0;
}

Stop MachineState::run(Instant end, uint64_t last_step) {
  // The test may have made work for CPU 0, in whose place it acts, while that CPU is halted.
  cpus[0].interrupt_pending = true;
  for (;;) {
    if (power_off_status != -1) return Stop::PoweredOff;
    if (now >= end && !any_lock_held()) return Stop::TimeLimit;
    if (steps >= last_step) return Stop::StepLimit;
    const int chosen = pick();
    if (chosen >= 0) {
      resume(static_cast<hal::CpuId>(chosen));
      continue;
    }
    const Instant timer = next_timer();
    if (timer == kForever) return Stop::Idle;
    now = std::max(now, std::min(timer, end));
  }
}

void MachineState::switch_out() {
  Cpu& cpu = current_cpu();
  cpu.fiber->switch_to(test_fiber);
  if (stopping) cpu.fiber->leave_for(test_fiber);
}

void MachineState::breathe() {
  Duration& stretch = current_cpu().stretch;
  longest_stretch.ns = std::max(longest_stretch.ns, stretch.ns);
  stretch = {};
}

void MachineState::step() {
  ++steps;
  now = now + kStepTime;
  current_cpu().stretch.ns += kStepTime.ns;
  if (--until_switch == 0) switch_out();
}

}  // namespace jacinth::sim
