#include "zircon/counters.h"

#include <cstddef>
#include <string_view>

#include "exec/counters.h"
#include "exec/executor.h"
#include "hal/memory.h"

namespace jacinth::zircon {
namespace {

// What becomes of the numbers of several CPUs.
enum class CounterKind : uint64_t { Padding = 0, Sum = 1, Min = 2, Max = 3 };

struct CounterDescription {
  char name[56];
  CounterKind kind;
};
static_assert(sizeof(CounterDescription) == 64);

constexpr size_t kCounterCount = sizeof(exec::Counters) / sizeof(uint64_t);

struct CounterHeader {
  uint64_t magic;
  uint64_t max_cpus;
  uint64_t descriptions_bytes;  // of those that follow: by name, padding at the end
};
constexpr uint64_t kCounterMagic = 1547273975;

// In the order of exec::Counters' members.
constexpr std::string_view kCounterLabels[] = {
    "cpu.idle.ns",     "cpu.interrupts", "cpu.ipis",     "cpu.steals",
    "cpu.switches",    "cpu.timers",     "cpu.yields",   "syscalls",
    "task.exceptions", "task.processes", "task.threads", "vm.faults",
};
static_assert(offsetof(exec::Counters, faults) ==
              (std::size(kCounterLabels) - 1) * sizeof(uint64_t));

Result<RefPtr<VmoObject>> describe_counters() {
  constexpr size_t kDescriptionsBytes = kCounterCount * sizeof(CounterDescription);
  const auto vmo = TRY(vm::Vmo::create(sizeof(CounterHeader) + kDescriptionsBytes));
  const CounterHeader header{kCounterMagic, hal::cpu_count(), kDescriptionsBytes};
  TRY(vmo->write(0, std::as_bytes(std::span(&header, 1))));
  uint64_t at = sizeof(header);
  for (const std::string_view label : kCounterLabels) {
    CounterDescription description{.name = {}, .kind = CounterKind::Sum};
    label.copy(description.name, sizeof(description.name) - 1);
    TRY(vmo->write(at, std::as_bytes(std::span(&description, 1))));
    at += sizeof(description);
  }
  auto object = TRY(VmoObject::create(vmo));
  TRY(object->set_name("counters/desc"));
  return object;
}

}  // namespace

Result<CounterVmos> publish_counters() {
  const auto rows = TRY(vm::Vmo::create_contiguous(hal::cpu_count() * sizeof(exec::Counters), 0));
  CounterVmos made;
  made.descriptions = TRY(describe_counters());
  made.values = TRY(VmoObject::create(rows));
  TRY(made.values->set_name("counters/arena"));
  const PhysAddr start = TRY(rows->physical_address(0));
  // The kernel needs them for ever, whatever programs do with their handles.
  rows->add_ref();
  exec::Executor::count_in(reinterpret_cast<exec::Counters*>(hal::phys_to_virt(start)));
  return made;
}

}  // namespace jacinth::zircon
