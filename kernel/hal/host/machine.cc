// Entropy, power, memory, identity.
#include "hal/machine.h"

#include <algorithm>

#include "hal/host/layout.h"
#include "hal/host/processes.h"
#include "hal/host/sys.h"
#include "hal/memory.h"

namespace jacinth::hal {

namespace {
constinit RamRange ram{};
}

std::span<const RamRange> ram_ranges() {
  ram = {.base = PhysAddr{0}, .bytes = host::layout.free_ram_bytes, .zeroed = true};
  return {&ram, 1};
}

std::byte* phys_to_virt(PhysAddr address) { return host::layout.direct_map + raw(address); }
PhysAddr virt_to_phys(const void* pointer) {
  return PhysAddr{
      static_cast<uint64_t>(static_cast<const std::byte*>(pointer) - host::layout.direct_map)};
}

// The host's processor keeps its caches coherent.
void cache_op(CacheOp, std::span<std::byte>) {}

void entropy(std::span<std::byte> out) {
  while (!out.empty()) {
    const long got = host::sys::call(host::sys::Call::Getrandom, host::sys::address(out.data()),
                                     static_cast<long>(out.size()), 0);
    if (got > 0) out = out.subspan(static_cast<size_t>(got));
  }
}

void power_off(int status) { host::end_all(status & 0xff); }
void reboot() { host::end_all(0); }

std::string_view machine_name() { return "host"; }

CpuFeatures cpu_features() {
  constexpr uint32_t kHasFeatures = 1;
  uint32_t a = 1, b, c = 0, d;
  asm volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  const uint32_t line = (b >> 8 & 0xff) * 8;
  // Hardware breakpoints belong to the host's debuggers.
  return {kHasFeatures, 0, 0, line, line};
}

}  // namespace jacinth::hal
