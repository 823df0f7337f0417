// The machine interface: CPUs, clock, RAM, console, power.
#include <algorithm>
#include <cstdio>

#include "base/check.h"
#include "base/lock_rank.h"
#include "hal/clock.h"
#include "hal/console.h"
#include "hal/cpu.h"
#include "hal/host_folders.h"
#include "hal/machine.h"
#include "hal/memory.h"
#include "hal/sim/state.h"
#include "hal/spin_report.h"
#include "hal/syscall_entry.h"
#include "hal/user_ticks.h"

namespace jacinth {

using sim::machine;

HeldLocks& current_held_locks() {
  static HeldLocks without_machine;
  return machine != nullptr ? machine->current_cpu().held : without_machine;
}

void interleave_point() {
  if (machine != nullptr && machine->running) machine->step();
}

void spin_relax(unsigned, uintptr_t) {
  ASSERT(machine != nullptr);
  ++machine->steps;
  if (machine->running) return machine->switch_out();
  // Test code waits for a virtual CPU: let one get on.
  if (machine->run(kForever, machine->steps + 1) == sim::Stop::Idle)
    panic("test code spins for something that no CPU will ever do");
}

namespace hal {

CpuId cpu_count() { return machine != nullptr ? machine->options.cpus : 1; }
CpuId current_cpu() { return machine != nullptr ? machine->current : 0; }

void halt() {
  ASSERT(machine->running);
  sim::Cpu& cpu = machine->current_cpu();
  ++machine->steps;
  machine->breathe();
  if (machine->interrupt_pending(cpu)) return;
  if (machine->erratic && machine->random.one_in(8)) return;  // allowed, and seldom tested
  cpu.halted = true;
  machine->switch_out();
}

void send_ipi(CpuId cpu) {
  interleave_point();
  ASSERT(cpu < machine->cpus.size());
  machine->cpus[cpu].interrupt_pending = true;
}

void take_interrupts() {
  sim::Cpu& cpu = machine->current_cpu();
  machine->breathe();
  if (!machine->interrupt_pending(cpu)) return;
  cpu.interrupt_pending = false;
  if (machine->console_changed && machine->current == 0) {
    machine->console_changed = false;
    if (machine->console_handler != nullptr) machine->console_handler();
  }
}

Instant now() { return machine != nullptr ? machine->now : Instant{0}; }
uint64_t ticks() { return static_cast<uint64_t>(now().ns); }
uint64_t ticks_per_second() { return 1'000'000'000; }
bool programs_can_read_ticks() { return false; }
int64_t utc_at_start_ns() { return 1'600'000'000'000'000'000; }  // September 2020, always

void set_timer(Instant deadline) { machine->current_cpu().timer = deadline; }

std::span<const RamRange> ram_ranges() { return {&machine->ram_range, 1}; }

std::byte* phys_to_virt(PhysAddr address) {
  const uint64_t offset = address - machine->ram_range.base;
  ASSERT(offset < machine->ram_range.bytes);
  return machine->ram + offset;
}

PhysAddr virt_to_phys(const void* direct_map_pointer) {
  const auto offset =
      static_cast<uint64_t>(static_cast<const std::byte*>(direct_map_pointer) - machine->ram);
  ASSERT(offset < machine->ram_range.bytes);
  return machine->ram_range.base + offset;
}

void cache_op(CacheOp, std::span<std::byte>) {}

ConsoleSize console_size() { return {}; }
std::span<const HostFolder> host_folders() { return {}; }
bool stream_is_terminal(Stream) { return false; }
bool stream_write(Stream, std::string_view bytes) {
  console_write(bytes);
  return true;
}

void console_write(std::string_view text) {
  if (machine == nullptr || machine->options.echo_console)
    fwrite(text.data(), 1, text.size(), stdout);
  if (machine != nullptr) machine->console_output += text;
}

size_t console_read(std::span<char> buffer) {
  auto& input = machine->console_input;
  const size_t count = std::min(buffer.size(), input.size());
  std::copy_n(input.begin(), count, buffer.begin());
  input.erase(input.begin(), input.begin() + static_cast<ptrdiff_t>(count));
  return count;
}

void console_set_input_handler(void (*handler)()) { machine->console_handler = handler; }
bool console_input_ended() {
  return machine->console_input_ended && machine->console_input.empty();
}

void entropy(std::span<std::byte> out) {
  for (std::byte& byte : out) byte = static_cast<std::byte>(machine->entropy.next());
}

// sim::Machine has started them: a test needs no start-up code.
void start_cpus(void (*)(CpuId)) {}

namespace {
[[noreturn]] void end_with(int status) {
  ASSERT(machine->running);
  machine->power_off_status = status;
  for (;;) machine->switch_out();
}
}  // namespace

void power_off(int status) { end_with(status & 0xff); }
void reboot() { end_with(-2); }
std::string_view machine_name() { return "sim"; }
uintptr_t syscall_entry_address() { return 0; }
CpuFeatures cpu_features() {
  return {.flags = 1,
          .hw_breakpoints = 4,
          .hw_watchpoints = 4,
          .dcache_line_bytes = 64,
          .icache_line_bytes = 64};
}

void write_spin_report(TextSink& out) { out.write("this machine does not count\n"); }

}  // namespace hal
}  // namespace jacinth
