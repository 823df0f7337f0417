// System calls that only x86-64 has: the thread's segment bases. And those that only others have:
// the table of calls is the same for all, so they must be here to be named in it.
#include "hal/registers.h"
#include "linux/arch.h"
#include "linux/syscall_prototypes.h"

namespace jacinth::linux {

SysResult sys_arch_prctl(SyscallContext& ctx, int32_t option, VirtAddr address) {
  enum Option : int32_t { kSetGs = 0x1001, kSetFs = 0x1002, kGetFs = 0x1003, kGetGs = 0x1004 };
  hal::UserContext& context = ctx.thread().context();
  const uint64_t value = raw(address);
  switch (option) {
    case kSetFs:
      if (!context.write_regs(hal::RegisterSet::FsBase, std::as_bytes(std::span(&value, 1))))
        return fail(Errno::PERM);
      return 0;
    case kGetFs:
      TRY(put(UserOut<uint64_t>(address), thread_pointer(context)));
      return 0;
    // GS belongs to the kernel on some machines.
    case kSetGs:
      if (value != 0) return fail(Errno::PERM);
      return 0;
    case kGetGs:
      TRY(put(UserOut<uint64_t>(address), uint64_t{0}));
      return 0;
    default:
      return fail(Errno::INVAL);
  }
}

SysResult sys_riscv_flush_icache(SyscallContext& ctx, VirtAddr start, VirtAddr end,
                                 uint64_t flags) {
  return fail(Errno::NOSYS);
}

SysResult sys_riscv_hwprobe(SyscallContext& ctx, UserInOut<std::byte> pairs, size_t count,
                            size_t size, UserIn<uint64_t> cpus, uint32_t flags) {
  return fail(Errno::NOSYS);
}

}  // namespace jacinth::linux
