// Memory, entropy, power, identity.
#include "hal/machine.h"

#include <algorithm>

#include "hal/bare_common/random_pool.h"
#include "hal/clock.h"
#include "hal/memory.h"
#include "hal/riscv64/board.h"
#include "hal/riscv64/hart.h"
#include "hal/riscv64/layout.h"
#include "hal/riscv64/machine.h"

namespace jacinth::riscv64 {
namespace {

constinit hal::RandomPool pool;

}  // namespace

hal::RandomPool& random_pool() { return pool; }

}  // namespace jacinth::riscv64

namespace jacinth::hal {

using namespace riscv64;

std::span<const RamRange> ram_ranges() { return board.free.ranges(); }

std::byte* phys_to_virt(PhysAddr address) {
  return reinterpret_cast<std::byte*>(kDirectMap + raw(address));
}
PhysAddr virt_to_phys(const void* pointer) {
  return PhysAddr{reinterpret_cast<uint64_t>(pointer) - kDirectMap};
}

// QEMU's harts see each other's data as it is, and no device is beside the caches.
void cache_op(CacheOp op, std::span<std::byte>) {
  if (op == CacheOp::SyncInstructions) fence_all_instructions();
}

// The moment of asking is mixed in: little, but all there is on a board without a seed or a device.
void entropy(std::span<std::byte> out) {
  const uint64_t moment = ticks();
  random_pool().add(std::as_bytes(std::span(&moment, 1)));
  random_pool().take(out);
}

std::string_view machine_name() { return "riscv64"; }

CpuFeatures cpu_features() {
  constexpr uint32_t kHasFeatures = 1, kLineBytes = 64;
  return {kHasFeatures, 0, 0, kLineBytes, kLineBytes};
}

}  // namespace jacinth::hal
