// Calls that other architectures have. The table of calls is the same for all, so they must be
// here to be named in it; no number leads to them on RISC-V.
#include <linux/syscall_prototypes.h>

namespace jacinth::linux {

SysResult sys_arch_prctl(SyscallContext& ctx, int32_t option, VirtAddr address) {
  return fail(Errno::NOSYS);
}

}  // namespace jacinth::linux
