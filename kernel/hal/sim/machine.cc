#include "hal/sim/machine.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "exec/executor.h"
#include "hal/sim/state.h"

namespace jacinth::sim {
namespace {

// Not 0, and not equal to any host address: physical addresses must not be taken for others.
constexpr PhysAddr kRamBase{0x8000'0000};
constexpr VirtAddr kFirstProgram{0x7fff'f000'0000};
constexpr uint64_t kProgramSpacing = 16;

void (*panic_handler)(std::string_view) = nullptr;

void make_ram(MachineState& state) {
  state.ram_range = {.base = kRamBase,
                     .bytes = page_floor(state.options.ram_bytes),
                     .zeroed = state.options.ram_fill == 0};
  void* ram = mmap(nullptr, state.ram_range.bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (ram == MAP_FAILED) {
    perror("sim: no memory for the machine's RAM");
    abort();
  }
  state.ram = static_cast<std::byte*>(ram);
  if (state.options.ram_fill != 0) memset(ram, state.options.ram_fill, state.ram_range.bytes);
}

}  // namespace

MachineState* machine = nullptr;

Machine::Machine(Options options) {
  ASSERT(machine == nullptr);
  ASSERT(options.cpus >= 1 && options.cpus <= hal::kMaxCpus);
  state_ = std::make_unique<MachineState>(options);
  make_ram(*state_);
  machine = state_.get();
  exec::make_executors();
}

Machine::~Machine() {
  // Each CPU passes through its idle loop once more, where it lets go of an address space that only
  // it still holds.
  if (state_->power_off_status == -1) {
    for (Cpu& cpu : state_->cpus) cpu.interrupt_pending = true;
    static_cast<void>(run_until_idle({.time = seconds(1), .steps = 100'000}));
  }
  // Every fiber leaves its stack by itself, so that AddressSanitizer can forget it.
  state_->stopping = true;
  for (hal::CpuId cpu = 0; cpu < state_->cpus.size(); ++cpu) {
    if (!state_->cpus[cpu].started) continue;
    state_->current = cpu;
    state_->test_fiber.switch_to(*state_->cpus[cpu].fiber);
  }
  munmap(state_->ram, state_->ram_range.bytes);
  machine = nullptr;
}

Stop Machine::run_until_idle(Limits limits) {
  return state_->run(state_->now + limits.time, state_->steps + limits.steps);
}

Stop Machine::run_for(Duration span) {
  const Instant end = state_->now + span;
  const Stop stop = state_->run(end, state_->steps + Limits{}.steps);
  if (stop != Stop::Idle) return stop;
  state_->now = end;
  return Stop::TimeLimit;
}

void Machine::advance(Duration span) { state_->now = state_->now + span; }
Duration Machine::take_longest_stretch() { return std::exchange(state_->longest_stretch, {}); }
Instant Machine::now() const { return state_->now; }

VirtAddr Machine::add_program(UserProgramFunction function) {
  const VirtAddr pc = kFirstProgram + state_->programs.size() * kProgramSpacing;
  state_->programs.emplace(pc, std::move(function));
  return pc;
}

std::string Machine::take_console_output() { return std::exchange(state_->console_output, {}); }

void Machine::type(std::string_view text) {
  state_->console_input.insert(state_->console_input.end(), text.begin(), text.end());
  state_->console_changed = true;
  state_->cpus[0].interrupt_pending = true;
}

void Machine::end_console_input() {
  state_->console_input_ended = true;
  state_->console_changed = true;
  state_->cpus[0].interrupt_pending = true;
}

int Machine::power_off_status() const { return state_->power_off_status; }
uint64_t Machine::seed() const { return state_->options.seed; }
Random& Machine::random() { return state_->test_random; }

void set_panic_handler(void (*handler)(std::string_view message)) { panic_handler = handler; }

}  // namespace jacinth::sim

namespace jacinth {

void machine_panic(std::string_view message) {
  if (sim::panic_handler != nullptr) sim::panic_handler(message);
  fprintf(stderr, "kernel panic: %.*s\n", static_cast<int>(message.size()), message.data());
  if (const sim::MachineState* state = sim::machine)
    fprintf(stderr, "  seed %llu, cpu %u%s, step %llu, time %lld ns\n",
            static_cast<unsigned long long>(state->options.seed), state->current,
            state->running ? "" : " (test code)", static_cast<unsigned long long>(state->steps),
            static_cast<long long>(state->now.ns));
  abort();
}

}  // namespace jacinth
