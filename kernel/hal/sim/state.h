// The simulator's insides, shared by its source files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/lock_rank.h"
#include "base/units.h"
#include "hal/address_space.h"
#include "hal/cpu.h"
#include "hal/memory.h"
#include "hal/sim/fiber.h"
#include "hal/sim/machine.h"
#include "hal/sim/random.h"

namespace jacinth::sim {

struct Cpu {
  std::unique_ptr<Fiber> fiber;
  bool started = false;
  bool halted = false;
  bool interrupt_pending = false;
  Instant timer = kForever;
  uint64_t frozen_until = 0;  // in steps: see MachineState::pick()
  HeldLocks held;
  hal::AddressSpace* space = nullptr;
  Duration stretch{};  // how long it has run in the kernel without looking around
};

struct MachineState {
  explicit MachineState(const Options& chosen);
  ~MachineState();

  // Runs CPUs until something in the limits, which are absolute, stops them.
  Stop run(Instant end, uint64_t last_step);
  // From a CPU's fiber: lets the scheduler choose who goes on.
  void switch_out();
  // From a CPU's fiber: passes a switch point.
  void step();
  // The current CPU lets others run, or could.
  void breathe();
  // True when `cpu` has an interrupt pending, its expired timer included.
  bool interrupt_pending(Cpu& cpu);
  // Where a user access to `at` on the current CPU would go.
  std::optional<hal::Translation> translate(VirtAddr at);
  Cpu& current_cpu() { return cpus[current]; }
  bool in_fiber() const { return running; }
  bool any_lock_held() const;

  const Options options;
  Random random;        // the scheduler's
  Random test_random;   // the test's, so that its draws do not change the schedule
  Random entropy;       // hal::entropy()
  uint64_t switch_gap;  // switch points between two switches, at most
  bool erratic;         // CPUs are sometimes frozen for a while, and interrupts are spurious

  std::vector<Cpu> cpus;
  hal::CpuId current = 0;
  bool running = false;  // a CPU's fiber is executing, not the test
  bool stopping = false;
  Fiber test_fiber;
  Instant now{1'000'000};
  uint64_t steps = 0;
  Duration longest_stretch{};
  uint64_t until_switch = 1;
  int power_off_status = -1;

  std::byte* ram = nullptr;
  hal::RamRange ram_range{};

  std::map<VirtAddr, UserProgramFunction> programs;

  std::string console_output;
  std::deque<char> console_input;
  bool console_input_ended = false;
  bool console_changed = false;
  void (*console_handler)() = nullptr;

 private:
  // The CPU to run next, or -1 when all are halted.
  int pick();
  Instant next_timer() const;
  void resume(hal::CpuId cpu);
};

// The machine that exists; null between two.
extern MachineState* machine;

}  // namespace jacinth::sim
