// The deterministic simulator, as tests see it.
//
//     sim::Machine machine({.seed = seed, .cpus = 4});
//     … start activities …
//     EXPECT_EQ(machine.run_until_idle(), sim::Stop::Idle);
//
// One machine exists at a time. Its virtual CPUs are fibers of the test's own thread, each in
// exec::Executor::run(). A scheduler driven by the seed switches between them at
// interleave_point(), spin_relax() and halt(), so the same seed gives the same run. Test code
// outside the fibers may call kernel functions directly; it acts as CPU 0, and nothing interleaves
// with it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/units.h"
#include "hal/cpu.h"
#include "hal/sim/program.h"
#include "hal/sim/random.h"

namespace jacinth::sim {

struct Options {
  uint64_t seed = 1;
  hal::CpuId cpus = 1;
  uint64_t ram_bytes = 16 << 20;
  // RAM starts filled with this byte, so that memory the kernel forgot to clear shows.
  uint8_t ram_fill = 0;
  // User accesses and copies find a translation gone now and then, as hal/address_space.h allows.
  bool forgets_translations = false;
  // Console output goes to the test's standard output too.
  bool echo_console = false;
};

enum class Stop {
  Idle,        // every CPU is halted and no timer is armed
  TimeLimit,   // virtual time ran out
  StepLimit,   // real work ran out: most often a live-lock
  PoweredOff,  // hal::power_off() or hal::reboot() was called
};

struct Limits {
  Duration time = seconds(1000);
  uint64_t steps = 20'000'000;  // switch points passed
};

class Machine {
 public:
  explicit Machine(Options options = {});
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // Runs until nothing can ever happen again, or a limit is reached.
  [[nodiscard]] Stop run_until_idle(Limits limits = {});
  // Runs for that much virtual time: TimeLimit unless the machine stopped before. Idle machines
  // let the time pass. No CPU holds a lock afterwards.
  Stop run_for(Duration span);
  // Lets time pass without running any CPU.
  void advance(Duration span);
  Instant now() const;
  // The longest a CPU has been in the kernel without a chance for others to run there, counting the
  // locks it has taken; since the last call.
  Duration take_longest_stretch();

  // The address at which a user thread must start to run `function`.
  VirtAddr add_program(UserProgramFunction function);

  // What the kernel has written to the console since the last call.
  std::string take_console_output();
  void type(std::string_view text);
  void end_console_input();

  // The status given to hal::power_off(); -1 while the power is on, -2 after hal::reboot().
  int power_off_status() const;
  uint64_t seed() const;
  // Random numbers from the seed, for the test's own choices.
  Random& random();

 private:
  std::unique_ptr<struct MachineState> state_;
};

// Called with the message of a kernel panic, instead of aborting; must not return (throwing is not
// possible either: longjmp or exit). Null: back to printing message and seed, and aborting.
void set_panic_handler(void (*handler)(std::string_view message));

}  // namespace jacinth::sim
