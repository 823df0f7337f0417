#include "hal/x86_64/smp.h"

#include <cstring>
#include <optional>

#include "base/check.h"
#include "hal/clock.h"
#include "hal/machine.h"
#include "hal/memory.h"
#include "hal/x86_64/acpi.h"
#include "hal/x86_64/apic.h"
#include "hal/x86_64/features.h"
#include "hal/x86_64/layout.h"
#include "hal/x86_64/paging.h"
#include "hal/x86_64/processor.h"
#include "hal/x86_64/timer.h"
#include "hal/x86_64/traps.h"

namespace jacinth::x86_64 {

extern "C" const std::byte x86_64_trampoline[], x86_64_trampoline_words[], x86_64_trampoline_end[];

alignas(Cpu) constinit Cpu cpus[hal::kMaxCpus];

namespace {

constexpr uint64_t kStackFlags = kPagePresent | kPageWritable | kPageGlobal | kPageNoExecute;
constexpr Duration kInitTime = milliseconds(10);
// Long, as a virtual machine's host may have other work; a CPU that starts late would be a
// surprise.
constexpr Duration kStartTime = seconds(10);

constinit hal::CpuId count = 1;
constinit void (*entry_of_others)(hal::CpuId) = nullptr;
constinit std::atomic<hal::CpuId> last_started{0};
// The kernel's root entry for the trampoline's page, in place only while CPUs start.
constinit uint64_t low_entry = 0;

// What trampoline.S reads.
struct TrampolineWords {
  uint64_t root;
  uint64_t stack;
  Cpu* cpu;
  void (*entry)(Cpu*);
};

// A stack with an unmapped page below it; gives its top.
Result<uintptr_t> make_stack(uint64_t bytes, std::optional<PhysAddr> (*take)(uint64_t bytes)) {
  const auto memory = take(bytes);
  if (!memory) return fail(Status::NoMemory);
  const uintptr_t at = take_window(bytes);
  TRY(map_kernel(at, *memory, bytes, kStackFlags));
  return at + bytes;
}

TrampolineWords& words() {
  const auto offset = static_cast<size_t>(x86_64_trampoline_words - x86_64_trampoline);
  return *reinterpret_cast<TrampolineWords*>(direct(PhysAddr{X86_64_TRAMPOLINE}) + offset);
}

// On the new CPU, on its own stack.
void start_here(Cpu* cpu) {
  load_descriptors(*cpu);
  enable_features();
  start_local_apic();
  start_timer();
  cpu->ipi_sent.store(false);  // what came before is lost
  last_started.store(cpu->id, std::memory_order_release);
  entry_of_others(cpu->id);
  panic("CPU {} came back from its work", cpu->id);
}

bool wait_for(Cpu& cpu, Duration span) {
  const Instant end = hal::now() + span;
  while (last_started.load(std::memory_order_acquire) != cpu.id) {
    if (hal::now() >= end) return false;
    asm volatile("pause");
  }
  return true;
}

void start_one(Cpu& cpu) {
  constexpr Duration kFirstTry = milliseconds(2);
  constexpr auto kPage = static_cast<uint8_t>(X86_64_TRAMPOLINE >> kPageShift);
  words() = {raw(kernel_root_address()), cpu.stack_top, &cpu, &start_here};
  send_startup(cpu.apic_id, kPage);
  if (wait_for(cpu, kFirstTry)) return;
  // Processors may miss the first.
  send_startup(cpu.apic_id, kPage);
  if (!wait_for(cpu, kStartTime)) panic("CPU {} (APIC {}) does not start", cpu.id, cpu.apic_id);
}

}  // namespace

Result<> make_stacks(Cpu& cpu, std::optional<PhysAddr> (*take)(uint64_t bytes)) {
  cpu.stack_top = TRY(make_stack(kKernelStackBytes, take));
  for (size_t i = 0; i < kEmergencyStacks; ++i) {
    // The topmost word tells traps.S which CPU this is.
    const uintptr_t top = TRY(make_stack(kEmergencyStackBytes, take))
    -16;
    cpu.task.emergency[i] = top;
  }
  return {};
}

// An emergency stack cannot be written before the page tables with it are in use.
void mark_emergency_stacks(Cpu& cpu) {
  for (uint64_t top : cpu.task.emergency)
    if (top != 0) *reinterpret_cast<Cpu**>(top) = &cpu;
}

Result<> make_cpus(std::optional<PhysAddr> (*take)(uint64_t bytes)) {
  count = static_cast<hal::CpuId>(acpi().cpu_count);
  for (hal::CpuId id = 0; id < count; ++id) {
    cpus[id].id = id;
    cpus[id].apic_id = acpi().apic_ids[id];
    cpus[id].in_company = count > 1;
    if (id == 0) {
      set_call_entry(cpus[0]);
      continue;
    }
    TRY(make_stacks(cpus[id], take));
    mark_emergency_stacks(cpus[id]);
  }
  if (count == 1) return {};
  // The trampoline turns paging on, so its page must be where it was.
  TRY(map_kernel(X86_64_TRAMPOLINE, PhysAddr{X86_64_TRAMPOLINE}, kPageSize, kPagePresent));
  low_entry = std::exchange(kernel_root().entries[0], 0);
  return {};
}

bool is_cpu_stack(uintptr_t address) {
  for (const Cpu& cpu : std::span(cpus).first(count)) {
    if (address < cpu.stack_top && address >= cpu.stack_top - kKernelStackBytes) return true;
    for (uint64_t top : cpu.task.emergency)
      if (address < top && address >= page_floor(top)) return true;
  }
  return false;
}

}  // namespace jacinth::x86_64

namespace jacinth::hal {

using namespace x86_64;

CpuId cpu_count() { return x86_64::count; }

void start_cpus(void (*entry)(CpuId)) {
  if (count == 1) return;
  entry_of_others = entry;
  memcpy(reinterpret_cast<void*>(direct(PhysAddr{X86_64_TRAMPOLINE})), x86_64_trampoline,
         static_cast<size_t>(x86_64_trampoline_end - x86_64_trampoline));
  kernel_root().entries[0] = low_entry;
  for (CpuId id = 1; id < count; ++id) send_init(cpus[id].apic_id);
  spin_for(kInitTime);
  for (CpuId id = 1; id < count; ++id) start_one(cpus[id]);
  kernel_root().entries[0] = 0;
}

}  // namespace jacinth::hal
