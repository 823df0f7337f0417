// What programs ask about the processor: those that write code, and those that choose among ways to
// do something. The vDSO makes these calls for them.
#include <array>
#include <span>

#include "hal/memory.h"
#include "linux/syscall_prototypes.h"

namespace jacinth::linux {
namespace {

struct Pair {  // struct riscv_hwprobe
  int64_t key;
  uint64_t value;
};

// Keys are numbered from 0 on; those that are not here are not known.
constexpr uint64_t kIma = 1;  // integers, multiplication, atomic operations
constexpr uint64_t kFloating = 1, kCompressed = 2;
constexpr std::array<uint64_t, 6> kValues = {0, 0, 0, kIma, kFloating | kCompressed, 0};

}  // namespace

// The range does not matter: a processor forgets all that it may have fetched before.
SysResult sys_riscv_flush_icache(SyscallContext& ctx, VirtAddr start, VirtAddr end,
                                 uint64_t flags) {
  constexpr uint64_t kThisThread = 1;
  if ((flags & ~kThisThread) != 0) return fail(Errno::INVAL);
  hal::cache_op(hal::CacheOp::SyncInstructions, {});
  return 0;
}

// All harts are the same.
SysResult sys_riscv_hwprobe(SyscallContext& ctx, UserInOut<std::byte> pairs, size_t count,
                            size_t size, UserIn<uint64_t> cpus, uint32_t flags) {
  if (flags != 0) return fail(Errno::INVAL);
  if (size != 0 && TRY(get(cpus)) == 0) return fail(Errno::INVAL);
  const UserInOut<Pair> out(pairs.address());
  for (size_t i = 0; i < count; ++i) {
    Pair pair = TRY(get(out, i));
    const bool known = pair.key >= 0 && static_cast<uint64_t>(pair.key) < kValues.size();
    pair.value = known ? kValues[static_cast<size_t>(pair.key)] : 0;
    if (!known) pair.key = -1;
    TRY(put(out, pair, i));
  }
  return 0;
}

}  // namespace jacinth::linux
